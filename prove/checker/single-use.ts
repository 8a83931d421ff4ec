import { codeAt, stepAt } from '../codes.ts';
import type { RequestLine, RunLine, TokenLine } from '../history.ts';
import { type Facts, groupBy, type LogEvent, personOf, push, type Rule, spanOf, type Violation } from './facts.ts';

/** An acceptance of a token's code. */
interface Use {
  readonly event: LogEvent;
  readonly request: RequestLine;
  /** Counter or time step at which the token shows the code. */
  readonly counter: number;
}

/** How far around the place where a code should be it is looked for, in counters or steps. */
const reach = 100;

/**
 * Every code of a token is accepted once at most, and never one that is older than another that was accepted before.
 *
 * The order is that of the counters themselves: no other could be right. It must not be against the time, nor against a chain of the log.
 */
export const codesAreUsedOnce: Rule = (facts) => {
  const accepted = new Map<string, { readonly event: LogEvent; readonly request: RequestLine }[]>();
  for (const event of facts.events) {
    const request = event.event === 'otp-token.accepted' ? facts.byTrace.get(event.trace) : undefined;
    if (request === undefined) continue;
    push(accepted, personOf(request.tenant, request.input['username'] ?? ''), { event, request });
  }
  return [...accepted].flatMap(([person, some]) => {
    const token = facts.tokens.get(person);
    if (token === undefined) return [];
    const places = placesIn(token, some.length);
    const uses: Use[] = [];
    const never: Violation[] = [];
    for (const one of some) {
      const counter = nearest(token, places, one, uses.at(-1)?.counter ?? 0);
      if (counter === undefined) never.push(neverShown(token, one.request));
      else uses.push({ ...one, counter });
    }
    const sorted = uses.toSorted((a, b) => a.counter - b.counter);
    return [
      ...never,
      ...twice(token, sorted),
      ...againstTime(token, sorted, facts),
      ...againstChain(token, sorted),
      ...outside(token, sorted, facts.run),
    ];
  });
};

/** Where a token by counter shows each code, as far as it can have come. */
function placesIn({ type, secret, digits }: TokenLine, uses: number): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  const key = Buffer.from(secret, 'hex');
  for (let counter = 0; type === 'hotp' && counter < uses + 3 * reach; counter += 1) {
    push(places, codeAt(key, counter, digits), counter);
  }
  return places;
}

/** The place of a code; even of eight digits some come twice, and then it is the one that is nearest to where it should be. */
function nearest(
  token: TokenLine,
  places: ReadonlyMap<string, readonly number[]>,
  { event, request }: Pick<Use, 'event' | 'request'>,
  last: number,
): number | undefined {
  const otp = request.input['otp'] ?? '';
  const here = token.type === 'hotp' ? last : stepAt(event.at, token.periodSeconds);
  const found = token.type === 'hotp' ? (places.get(otp) ?? []) : stepsAround(token, here, otp);
  return [...found].sort((a, b) => Math.abs(a - here) - Math.abs(b - here))[0];
}

function stepsAround({ secret, digits }: TokenLine, here: number, otp: string): readonly number[] {
  const key = Buffer.from(secret, 'hex');
  // From the middle outwards: nearly always it is one of the first.
  for (let away = 0; away <= reach; away += 1) {
    const some = [here - away, here + away].filter((step) => step >= 0 && codeAt(key, step, digits) === otp);
    if (some.length > 0) return some;
  }
  return [];
}

function neverShown({ id }: TokenLine, request: RequestLine): Violation {
  return { rule: 'wrong-accepted', what: `a code that ${id} never shows was accepted`, requests: [request] };
}

function twice(token: TokenLine, sorted: readonly Use[]): readonly Violation[] {
  return sorted.flatMap((use, index) => {
    const before = sorted[index - 1];
    if (before?.counter !== use.counter) return [];
    const what = `the code of ${place(token, use)} was accepted again`;
    return [{ rule: 'used-twice', what, requests: [before.request, use.request] }];
  });
}

/** An older code that was asked for after a newer one had been answered. */
function againstTime(token: TokenLine, sorted: readonly Use[], facts: Facts): readonly Violation[] {
  let latest: Use | undefined;
  return sorted.flatMap((use) => {
    const newer = latest;
    const { begin, end } = spanOf(use.event, facts);
    if (latest === undefined || spanOf(latest.event, facts).begin < begin) latest = use;
    return newer !== undefined && spanOf(newer.event, facts).begin > end ? tooOld(token, newer, use) : [];
  });
}

/** An older code that stands behind a newer one in a chain of the log. */
function againstChain(token: TokenLine, sorted: readonly Use[]): readonly Violation[] {
  const latest = new Map<number, Use>();
  return sorted.flatMap((use) => {
    const { chain, seq } = use.event;
    const newer = latest.get(chain);
    if (newer === undefined || newer.event.seq < seq) latest.set(chain, use);
    return newer !== undefined && newer.event.seq > seq ? tooOld(token, newer, use) : [];
  });
}

/** The older code was accepted after the newer one. */
function tooOld(token: TokenLine, older: Use, newer: Use): readonly Violation[] {
  if (older.counter >= newer.counter) return [];
  const what = `the code of ${place(token, older)} was accepted after that of ${newer.counter}`;
  return [{ rule: 'old-accepted', what, requests: [newer.request, older.request] }];
}

/** Codes that lay outside the window, counted from the use before. */
function outside(token: TokenLine, sorted: readonly Use[], run: RunLine): readonly Violation[] {
  let next = 0;
  let drift = 0;
  return sorted.flatMap((use) => {
    const now = stepAt(use.event.at, token.periodSeconds);
    const isInside =
      token.type === 'hotp'
        ? use.counter <= next + run.lookAhead
        : Math.abs(use.counter - now - drift) <= run.driftSteps;
    next = use.counter + 1;
    drift = use.counter - now;
    const what = `the code of ${place(token, use)} was accepted outside the window`;
    return isInside ? [] : [{ rule: 'window', what, requests: [use.request] }];
  });
}

function place({ type, id }: TokenLine, { counter }: Use): string {
  return `${type === 'hotp' ? 'counter' : 'step'} ${counter} of ${id}`;
}

/** What clients were told, whatever the log says: no code of a token is answered with yes more often than the token shows it. */
export const nobodyIsToldTwice: Rule = ({ requests, tokens, run }) => {
  const isUse = ({ status, operation }: RequestLine) =>
    status === 200 && (operation === 'otp_token_auth' || operation === 'sign_in');
  const byPerson = groupBy(requests.filter(isUse), ({ tenant, input }) => personOf(tenant, input['username'] ?? ''));
  return [...byPerson].flatMap(([person, uses]) => {
    const token = tokens.get(person);
    const byCode = [...groupBy(uses, ({ input }) => input['otp']).values()].filter((group) => group.length > 1);
    return byCode
      .filter((group) => token !== undefined && group.length > timesShown(token, group, uses.length, run))
      .map((group) => ({
        rule: 'used-twice',
        what: `one code was answered with yes ${group.length} times`,
        requests: group,
      }));
  });
};

/** How often a token shows a code within a run, at least once. */
function timesShown(
  { type, secret, digits, periodSeconds }: TokenLine,
  uses: readonly RequestLine[],
  used: number,
  run: RunLine,
): number {
  const key = Buffer.from(secret, 'hex');
  const first = type === 'hotp' ? 0 : stepAt(Date.parse(run.at), periodSeconds) - reach;
  const seconds = Math.max(...uses.map(({ end }) => end)) / 1e6;
  const count = type === 'hotp' ? used + 3 * reach : 2 * reach + Math.ceil(seconds / periodSeconds);
  let shown = 0;
  for (let counter = first; counter < first + count; counter += 1) {
    if (codeAt(key, counter, digits) === uses[0]?.input['otp']) shown += 1;
  }
  return Math.max(shown, 1);
}
