import type { RequestLine } from '../history.ts';
import { groupBy, hasEvent, type Rule, type Violation } from './facts.ts';

/** Every code that was made for a person is accepted once at most, and none after another has been made. */
export const issuedCodesAreUsedOnce: Rule = (facts) => {
  const isAccepted = (request: RequestLine) => request.status === 200 || hasEvent(facts, request, 'code.accepted');
  const issued = groupBy(facts.requests, ({ operation, input }) =>
    operation === 'issue_code' ? input['username'] : undefined,
  );
  const used = groupBy(facts.requests, (request) =>
    request.operation === 'issued_auth' && isAccepted(request) ? request.input['username'] : undefined,
  );
  return [...used].flatMap(([user, uses]) => {
    const made = (issued.get(user) ?? []).filter(({ status }) => status === 200);
    const byCode = groupBy(uses, ({ input }) => input['otp']);
    return [...byCode].flatMap(([code, same]) => {
      const makings = made.filter(({ body }) => body?.['otp'] === code);
      return [...tooOften(makings, same), ...replaced(makings, same, made)];
    });
  });
};

function tooOften(makings: readonly RequestLine[], uses: readonly RequestLine[]): readonly Violation[] {
  if (makings.length === 0) {
    return [{ rule: 'wrong-accepted', what: 'a code that was never made was accepted', requests: uses }];
  }
  const what = `a code that was made once was accepted ${uses.length} times`;
  return uses.length <= makings.length ? [] : [{ rule: 'used-twice', what, requests: uses }];
}

function replaced(
  [making, ...others]: readonly RequestLine[],
  uses: readonly RequestLine[],
  made: readonly RequestLine[],
): readonly Violation[] {
  if (making === undefined || others.length > 0) return [];
  return uses.flatMap((use) => {
    const later = made.find(({ begin, end }) => begin > making.end && end < use.begin);
    const what = 'a code was accepted that another had replaced';
    return later === undefined ? [] : [{ rule: 'old-accepted', what, requests: [making, later, use] }];
  });
}
