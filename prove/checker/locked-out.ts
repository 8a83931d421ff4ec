import { codeAt } from '../codes.ts';
import type { RequestLine, TokenLine } from '../history.ts';
import { type Facts, groupBy, hasEvent, personOf, policyOf, type Rule, type Violation } from './facts.ts';

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
