import type { RequestLine, RunLine } from '../history.ts';
import { groupBy, type Rule, type Violation } from './facts.ts';

/** Final words of an assignment, and how a device's answer must end it. */
const finals: ReadonlySet<unknown> = new Set(['CONFIRMED', 'REJECTED', 'ERROR']);
const endOf: Readonly<Record<string, string>> = { approved: 'CONFIRMED', rejected: 'REJECTED' };

/** An assignment ends once: whoever asks afterwards, of whichever node, is told the same. */
export const endsStay: Rule = ({ requests, run }) => {
  const started = groupBy(requests, ({ operation, body }) =>
    operation === 'onetouch_start_auth' && typeof body?.['assignmentid'] === 'string'
      ? body['assignmentid']
      : undefined,
  );
  const asked = groupBy(requests, ({ operation, input }) =>
    /^(onetouch_check_auth|onetouch_cancel|device\/answer)$/.test(operation)
      ? (input['assignmentid'] ?? input['assignment'])
      : undefined,
  );
  return [...asked].flatMap(([id, uses]) => [
    ...changed(uses),
    ...unfounded(uses),
    ...lost(started.get(id)?.[0], uses, run),
  ]);
};

/** What a request says that the assignment stands at. */
function statusIn({ operation, status, body }: RequestLine): string | undefined {
  if (status !== 200) return undefined;
  return operation === 'device/answer' ? endOf[String(body?.['outcome'])] : String(body?.['status']);
}

function changed(uses: readonly RequestLine[]): readonly Violation[] {
  const told = uses.filter((use) => finals.has(statusIn(use)));
  const first = told.reduce<RequestLine | undefined>((a, b) => (a === undefined || b.end < a.end ? b : a), undefined);
  if (first === undefined) return [];
  const others = told.filter((use) => statusIn(use) !== statusIn(first));
  const back = uses.filter((use) => {
    const status = statusIn(use);
    return use.begin > first.end && status !== undefined && !finals.has(status);
  });
  const answers = told.filter(({ operation }) => operation === 'device/answer');
  const found = (what: string, requests: readonly RequestLine[]): Violation => ({
    rule: 'end-changed',
    what,
    requests,
  });
  return [
    ...others.map((use) => found(`an assignment ended as ${statusIn(first)} and as ${statusIn(use)}`, [first, use])),
    ...back.map((use) =>
      found(`an assignment that had ended as ${statusIn(first)} was ${statusIn(use)} again`, [first, use]),
    ),
    ...(answers.length > 1 ? [found('two answers of devices ended one assignment', answers)] : []),
  ];
}

/** Nobody said yes, and yet it is confirmed; or no. */
function unfounded(uses: readonly RequestLine[]): readonly Violation[] {
  const decisions: Readonly<Record<string, string>> = { CONFIRMED: 'approve', REJECTED: 'reject' };
  return uses
    .filter((use) => use.operation !== 'device/answer')
    .filter((use) => {
      const decision = decisions[statusIn(use) ?? ''];
      return (
        decision !== undefined && !uses.some(({ input, begin }) => input['decision'] === decision && begin < use.end)
      );
    })
    .map((use) => ({
      rule: 'end-unfounded',
      what: `an assignment is ${statusIn(use)}, and no device said so`,
      requests: [use],
    }));
}

function lost(
  start: RequestLine | undefined,
  uses: readonly RequestLine[],
  { knownMs }: RunLine,
): readonly Violation[] {
  if (start === undefined) return [];
  return uses
    .filter(({ operation, status }) => operation !== 'device/answer' && status === 403)
    .filter(({ end }) => end < start.begin + knownMs * 1000)
    .map((use) => ({ rule: 'lost', what: 'an assignment that was started is not known', requests: [start, use] }));
}
