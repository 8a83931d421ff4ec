import { codeAt, stepAt } from '../codes.ts';
import type { RequestLine, RunLine, TokenLine } from '../history.ts';
import { type Facts, groupBy, hasEvent, type LogEvent, personOf, push, type Rule, type Violation } from './facts.ts';

/** How far behind a code is looked for, to say which it is. */
const steps = 60;

/** An acceptance of a token's code. */
interface Use {
  readonly counter: number;
  readonly request: RequestLine;
}

/** Every code of a token is accepted once at most, and never one that is older than another that was accepted. */
export const codesAreUsedOnce: Rule = (facts) => {
  const byPerson = new Map<string, { readonly event: LogEvent; readonly request: RequestLine }[]>();
  for (const event of facts.events) {
    const request = event.event === 'otp-token.accepted' ? facts.byTrace.get(event.trace) : undefined;
    if (request !== undefined)
      push(byPerson, personOf(request.tenant, request.input['username'] ?? ''), { event, request });
  }
  const inOrder = [...byPerson].flatMap(([person, accepted]) => {
    const token = facts.tokens.get(person);
    return token === undefined ? [] : inLogOrder(token, accepted, facts.run);
  });
  return [...inOrder, ...answeredTwice(facts)];
};

/** What clients were told, whatever the log says: a code that was answered with yes more often than the token shows it. */
function answeredTwice({ requests, tokens, run }: Facts): readonly Violation[] {
  const isUse = ({ status, operation }: RequestLine) =>
    status === 200 && (operation === 'otp_token_auth' || operation === 'sign_in');
  const byPerson = groupBy(requests.filter(isUse), ({ tenant, input }) => personOf(tenant, input['username'] ?? ''));
  return [...byPerson].flatMap(([person, uses]) => {
    const token = tokens.get(person);
    const byCode = [...groupBy(uses, ({ input }) => input['otp']).values()].filter((group) => group.length > 1);
    return byCode
      .filter((group) => token !== undefined && group.length > placesOf(token, group, uses.length, run))
      .map((group) => ({
        rule: 'used-twice',
        what: `one code was answered with yes ${group.length} times`,
        requests: group,
      }));
  });
}

/** How often a token shows a code within a run. Even of eight digits, some come twice among a million. */
function placesOf(
  { type, secret, digits, periodSeconds }: TokenLine,
  uses: readonly RequestLine[],
  used: number,
  run: RunLine,
) {
  const key = Buffer.from(secret, 'hex');
  const first = type === 'hotp' ? 0 : stepAt(Date.parse(run.at), periodSeconds) - steps;
  const seconds = Math.max(...uses.map(({ end }) => end)) / 1e6;
  const count = type === 'hotp' ? used + run.lookAhead * 10 : 2 * steps + Math.ceil(seconds / periodSeconds);
  let places = 0;
  for (let counter = first; counter < first + count; counter += 1) {
    if (codeAt(key, counter, digits) === uses[0]?.input['otp']) places += 1;
  }
  return Math.max(places, 1);
}

function inLogOrder(
  token: TokenLine,
  accepted: readonly { readonly event: LogEvent; readonly request: RequestLine }[],
  run: RunLine,
): readonly Violation[] {
  const violations: Violation[] = [];
  const uses: Use[] = [];
  let next = 0;
  let drift = 0;
  for (const { event, request } of accepted) {
    const here = stepAt(event.at, token.periodSeconds) + drift;
    const { from, to } =
      token.type === 'hotp'
        ? { from: next, to: next + run.lookAhead }
        : { from: here - run.driftSteps, to: here + run.driftSteps };
    const counter = find(token, request, Math.max(next, from), to);
    if (counter === undefined) {
      violations.push(explain(token, request, { next, here, uses }));
      continue;
    }
    uses.push({ counter, request });
    drift = token.type === 'totp' ? counter - stepAt(event.at, token.periodSeconds) : 0;
    next = counter + 1;
  }
  return violations;
}

/** Where the token shows the code that was sent. */
function find({ secret, digits }: TokenLine, { input }: RequestLine, from: number, to: number): number | undefined {
  const key = Buffer.from(secret, 'hex');
  for (let counter = Math.max(0, from); counter <= to; counter += 1) {
    if (codeAt(key, counter, digits) === input['otp']) return counter;
  }
  return undefined;
}

function explain(
  token: TokenLine,
  request: RequestLine,
  { next, here, uses }: { readonly next: number; readonly here: number; readonly uses: readonly Use[] },
): Violation {
  const last = uses.at(-1);
  const near = token.type === 'hotp' ? [0, next] : [here, last?.counter ?? here];
  const counter = find(token, request, Math.min(...near) - steps, Math.max(...near) + steps);
  const same = uses.filter((use) => use.counter === counter).map((use) => use.request);
  const name = token.type === 'hotp' ? 'counter' : 'step';
  if (counter === undefined) {
    return { rule: 'wrong-accepted', what: `a code that ${token.id} never shows was accepted`, requests: [request] };
  }
  if (same.length > 0) {
    return {
      rule: 'used-twice',
      what: `the code of ${name} ${counter} of ${token.id} was accepted again`,
      requests: [...same, request],
    };
  }
  const what =
    counter < next
      ? `the code of ${name} ${counter} of ${token.id} was accepted after that of ${next - 1}`
      : `the code of ${name} ${counter} of ${token.id} was accepted outside the window`;
  return {
    rule: counter < next ? 'old-accepted' : 'window',
    what,
    requests: last === undefined ? [request] : [last.request, request],
  };
}

/** Every code that was made for a person is accepted once at most, and none after another has been made. */
export const issuedCodesAreUsedOnce: Rule = (facts) => {
  const issued = groupBy(facts.requests, ({ operation, input }) =>
    operation === 'issue_code' ? input['username'] : undefined,
  );
  const isAccepted = (request: RequestLine) => request.status === 200 || hasEvent(facts, request, 'code.accepted');
  const tried = groupBy(facts.requests, (request) =>
    request.operation === 'issued_auth' && isAccepted(request) ? request.input['username'] : undefined,
  );
  return [...tried].flatMap(([user, uses]) => {
    const made = (issued.get(user) ?? []).filter(({ status }) => status === 200);
    const byCode = groupBy(uses, ({ input }) => input['otp']);
    return [...byCode].flatMap(([code, same]) =>
      faultsOf(
        made.filter(({ body }) => body?.['otp'] === code),
        same,
        made,
      ),
    );
  });
};

function faultsOf(makings: readonly RequestLine[], uses: readonly RequestLine[], all: readonly RequestLine[]) {
  const violations: Violation[] = [];
  if (makings.length === 0) {
    violations.push({ rule: 'wrong-accepted', what: 'a code that was never made was accepted', requests: uses });
  }
  if (makings.length > 0 && uses.length > makings.length) {
    violations.push({
      rule: 'used-twice',
      what: `a code that was made once was accepted ${uses.length} times`,
      requests: uses,
    });
  }
  const [making] = makings;
  if (making === undefined || makings.length > 1) return violations;
  for (const use of uses) {
    const later = all.find(({ begin, end }) => begin > making.end && end < use.begin);
    if (later !== undefined) {
      violations.push({
        rule: 'old-accepted',
        what: 'a code was accepted that another had replaced',
        requests: [making, later, use],
      });
    }
  }
  return violations;
}
