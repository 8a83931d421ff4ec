import { codeAt } from '../codes.ts';
import type { Policy, RequestLine, TokenLine } from '../history.ts';
import {
  type Facts,
  groupBy,
  hasEvent,
  type LogEvent,
  personOf,
  policyOf,
  push,
  type Rule,
  type Violation,
} from './facts.ts';

/** What is known of one person's failures, as docs/decisions/0006 says they are counted. */
interface Count {
  failedAt: readonly number[];
  locks: number;
  /** Infinity until somebody lifts it. */
  lockedUntil: number;
}

const none: Count = { failedAt: [], locks: 0, lockedUntil: Number.NEGATIVE_INFINITY };
const decisions: ReadonlySet<string> = new Set([
  'otp-token.accepted',
  'otp-token.refused',
  'code.accepted',
  'account.locked',
]);

/** No code is looked at beyond the limit: the log, entry by entry, as the policy wants it. */
export const attemptsAreLimited: Rule = (facts) => {
  const byPerson = new Map<string, LogEvent[]>();
  for (const event of facts.events) {
    const { realm, user } = event;
    if (realm !== undefined && user !== undefined && decisions.has(event.event))
      push(byPerson, personOf(realm, user), event);
  }
  return [...byPerson.values()].flatMap((events) => replay(events, policyOf(facts, events[0]?.realm ?? ''), facts));
};

function replay(events: readonly LogEvent[], policy: Policy, { byTrace }: Facts): readonly Violation[] {
  const violations: Violation[] = [];
  let count = none;
  let owesLock: LogEvent | undefined;
  let lastLock: LogEvent | undefined;
  const find = (what: string, ...about: readonly (LogEvent | undefined)[]) => {
    const requests = about.flatMap((event) => byTrace.get(event?.trace ?? '') ?? []);
    violations.push({ rule: 'attempts', what, requests });
  };
  for (const event of [...events, undefined]) {
    if (event?.event === 'account.locked') lastLock = event;
    else if (owesLock !== undefined)
      find(`entry ${owesLock.seq} was one failure too many, and locked nobody`, owesLock);
    owesLock = undefined;
    if (event === undefined || !isLook(event)) continue;
    if (event.at < count.lockedUntil) find(`entry ${event.seq} looked at a code of a locked person`, lastLock, event);
    count = event.event === 'otp-token.refused' ? afterFailure(count, event.at, policy) : none;
    if (count.failedAt.length === 0 && count !== none) owesLock = event;
  }
  return violations;
}

/** True when a code was looked at, right or wrong. */
function isLook({ event, reason }: LogEvent): boolean {
  return event !== 'account.locked' && (event !== 'otp-token.refused' || reason !== 'locked');
}

/** A lock that has ended is over for every server, whatever its clock says. */
function afterFailure({ failedAt, locks }: Count, at: number, policy: Policy): Count {
  const counted = [...failedAt.filter((failed) => failed > at - policy.windowSeconds * 1000), at];
  if (counted.length < policy.limit) return { failedAt: counted, locks, lockedUntil: none.lockedUntil };
  const seconds = Math.min(policy.lockSeconds * 2 ** locks, policy.maxLockSeconds);
  return { failedAt: [], locks: locks + 1, lockedUntil: policy.hard ? Number.POSITIVE_INFINITY : at + seconds * 1000 };
}

/**
 * Whoever was refused so often is let in no more: from the answers alone, in realms whose locks stay.
 *
 * Counted are wrong codes that were answered after the last time the person may have been right, and before the one in question was asked.
 */
export const lockedStayOut: Rule = (facts) => {
  const isStrict = ({ tenant, operation }: RequestLine) =>
    operation === 'otp_token_auth' && facts.run.policies[tenant]?.hard === true;
  const byPerson = groupBy(facts.requests.filter(isStrict), ({ tenant, input }) =>
    personOf(tenant, input['username'] ?? ''),
  );
  return [...byPerson].flatMap(([person, requests]) => {
    const token = facts.tokens.get(person);
    return token === undefined ? [] : letIn(requests, token, facts);
  });
};

function letIn(requests: readonly RequestLine[], token: TokenLine, facts: Facts): readonly Violation[] {
  const { limit } = policyOf(facts, token.realm);
  const right = rightCodes(token, requests.length, facts.run.lookAhead);
  const isRight = ({ input }: RequestLine) => right.has(input['otp'] ?? '');
  const mayForgive = requests.filter(
    (request) =>
      request.status === 200 ||
      hasEvent(facts, request, 'otp-token.accepted') ||
      (isRight(request) && isUnknown(request)),
  );
  return requests
    .filter(({ status }) => status === 200)
    .flatMap((yes) => {
      const others = mayForgive.filter((other) => other !== yes && other.begin < yes.end);
      const lastForgiven = Math.max(
        0,
        ...others.map((other) => (isUnknown(other) ? Number.POSITIVE_INFINITY : other.end)),
      );
      const failures = requests.filter(
        (request) =>
          request.status === 403 && !isRight(request) && request.begin > lastForgiven && request.end < yes.begin,
      );
      if (failures.length < limit) return [];
      const what = `${token.user} was let in after ${failures.length} wrong codes; ${limit} lock for good`;
      return [{ rule: 'attempts', what, requests: [...failures.slice(0, limit), yes] }];
    });
}

/** Nobody knows what a request did that was not answered, or that failed. */
function isUnknown({ status }: RequestLine): boolean {
  return status === 0 || status >= 500;
}

/** More codes than can have been used up. */
function rightCodes({ secret, digits }: TokenLine, requests: number, lookAhead: number): ReadonlySet<string> {
  const key = Buffer.from(secret, 'hex');
  return new Set(Array.from({ length: requests + lookAhead + 1 }, (_, counter) => codeAt(key, counter, digits)));
}
