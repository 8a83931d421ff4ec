import type { RequestLine } from '../history.ts';
import type { Facts, Rule, Violation } from './facts.ts';

/** What must be in the log when an operation was answered so. */
const owed: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>> = {
  otp_token_auth: { 200: ['otp-token.accepted'], 403: ['otp-token.refused'] },
  sign_in: { 200: ['otp-token.accepted', 'session.opened'], 403: ['otp-token.refused'] },
  issue_code: { 200: ['code.issued'] },
  issued_auth: { 200: ['code.accepted'], 403: ['otp-token.refused'] },
  endSession: { 200: ['session.ended'] },
  onetouch_start_auth: { 200: ['transaction.opened'] },
  onetouch_enroll: { 200: ['push.invited'] },
  'device/enroll': { 200: ['push.enrolled'] },
};

/** What a device was told, and its event. */
const outcomes: Readonly<Record<string, string>> = { approved: 'push.approved', rejected: 'push.rejected' };

/** Events that say yes: whoever was told no caused none of them, and nobody caused one without asking. */
const yes: ReadonlySet<string> = new Set([
  'otp-token.accepted',
  'code.accepted',
  'code.issued',
  'session.opened',
  'session.ended',
  'push.approved',
  'push.rejected',
]);

/** What was answered stands in the log: nothing that was acknowledged is lost, nothing is in it that was denied. */
export const promisesAreKept: Rule = (facts) => facts.requests.flatMap((request) => brokenBy(request, facts));

function brokenBy(request: RequestLine, { eventsOf }: Facts): readonly Violation[] {
  const { trace, operation, status, body } = request;
  const names = (eventsOf.get(trace) ?? []).map(({ event }) => event);
  const found = (rule: string, what: string): Violation => ({ rule, what, requests: [request] });
  const missing = owedFor(operation, status, body).filter((name) => !names.includes(name));
  const lost = missing.map((name) =>
    found('lost', `${operation} was answered ${status}, and the log has no ${name} of it`),
  );
  const denied = names
    .filter((name) => (status >= 400 && status < 500 ? yes.has(name) : status === 200 && name === 'otp-token.refused'))
    .map((name) => found('denied', `${operation} was answered ${status}, and the log has a ${name} of it`));
  const twice = names
    .filter((name, index) => names.indexOf(name) < index)
    .map((name) => found('twice', `one request is in the log as ${name} twice`));
  return [...lost, ...denied, ...twice];
}

function owedFor(operation: string, status: number, body: RequestLine['body']): readonly string[] {
  if (operation !== 'device/answer') return owed[operation]?.[status] ?? [];
  const outcome = status === 200 ? outcomes[String(body?.['outcome'])] : undefined;
  return outcome === undefined ? [] : [outcome];
}

/** Every yes in the log was asked for by a request of the history. */
export const nothingIsUnasked: Rule = ({ events, byTrace }) =>
  events
    .filter(({ event, trace }) => yes.has(event) && !byTrace.has(trace))
    .map(({ seq, event }) => ({
      rule: 'unasked',
      what: `entry ${seq} is ${event}, and nobody asked for it`,
      requests: [],
    }));

/** What was answered before something else was asked stands before it in the log. */
export const logKeepsTheOrder: Rule = ({ requests, eventsOf }) => {
  const logged = requests.flatMap((request) => {
    const seqs = (eventsOf.get(request.trace) ?? []).map(({ seq }) => seq);
    return seqs.length === 0 ? [] : [{ request, first: Math.min(...seqs), last: Math.max(...seqs) }];
  });
  const byEnd = logged.filter(({ request }) => request.status !== 0).sort((a, b) => a.request.end - b.request.end);
  const byBegin = [...logged].sort((a, b) => a.request.begin - b.request.begin);
  const violations: Violation[] = [];
  let ended = 0;
  let latest: (typeof logged)[number] | undefined;
  for (const entry of byBegin) {
    for (; (byEnd[ended]?.request.end ?? Number.POSITIVE_INFINITY) < entry.request.begin; ended += 1) {
      const other = byEnd[ended];
      if (other !== undefined && other.first > (latest?.first ?? 0)) latest = other;
    }
    if (latest !== undefined && entry.last < latest.first) {
      const what = `entry ${latest.first} was answered before what is entry ${entry.last} was asked`;
      violations.push({ rule: 'order', what, requests: [latest.request, entry.request] });
    }
  }
  return violations;
};
