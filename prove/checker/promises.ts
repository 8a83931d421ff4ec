import type { RequestLine } from '../history.ts';
import { type Facts, type LogEvent, nameOf, push, type Rule, spanOf, type Violation } from './facts.ts';

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
    .map((entry) => ({
      rule: 'unasked',
      what: `${nameOf(entry)} is ${entry.event}, and nobody asked for it`,
      requests: [],
    }));

/** What was answered before something else was asked stands before it in the log, where both are in one chain. */
export const logKeepsTheOrder: Rule = (facts) => {
  const byChain = new Map<number, LogEvent[]>();
  for (const event of facts.events) if (facts.byTrace.has(event.trace)) push(byChain, event.chain, event);
  return [...byChain.values()].flatMap((events) => outOfOrder(events, facts));
};

function outOfOrder(events: readonly LogEvent[], facts: Facts): readonly Violation[] {
  const spans = events.map((event) => ({ event, ...spanOf(event, facts) }));
  const byEnd = [...spans].sort((a, b) => a.end - b.end);
  const violations: Violation[] = [];
  let ended = 0;
  let latest: LogEvent | undefined;
  for (const { event, begin } of [...spans].sort((a, b) => a.begin - b.begin)) {
    for (; (byEnd[ended]?.end ?? Number.POSITIVE_INFINITY) < begin; ended += 1) {
      const other = byEnd[ended]?.event;
      if (other !== undefined && other.seq > (latest?.seq ?? 0)) latest = other;
    }
    if (latest !== undefined && event.seq < latest.seq) {
      const what = `${nameOf(latest)} was answered before what is entry ${event.seq} was asked`;
      const requests = [latest, event].flatMap(({ trace }) => facts.byTrace.get(trace) ?? []);
      violations.push({ rule: 'order', what, requests });
    }
  }
  return violations;
}
