import type { Policy } from '../history.ts';
import {
  type Facts,
  type LogEvent,
  nameOf,
  personOf,
  policyOf,
  push,
  type Rule,
  spanOf,
  type Violation,
} from './facts.ts';

/** One decision about a person's code, with the lock that it brought about if it did. */
interface Decision {
  readonly event: LogEvent;
  readonly verdict: 'accepted' | 'refused' | 'locked';
  readonly locks: boolean;
  readonly begin: number;
  readonly end: number;
}

/** What is known of one person's failures, as docs/decisions/0006 says they are counted. */
interface Count {
  readonly failedAt: readonly number[];
  readonly locks: number;
  /** Infinity until somebody lifts it. */
  readonly lockedUntil: number;
}

/** One way in which it may have come so far: how many decisions of each chain, and the count after them. */
interface Way {
  readonly taken: readonly number[];
  readonly count: Count;
}

const none: Count = { failedAt: [], locks: 0, lockedUntil: Number.NEGATIVE_INFINITY };

/**
 * No code is looked at beyond the limit: there is an order of a person's decisions in which the policy explains each of them.
 *
 * The order must be that of each chain, and not against the time: what was answered before something else was asked came before it. Where
 * there is one chain, there is one order.
 */
export const attemptsAreLimited: Rule = (facts) => {
  const byPerson = new Map<string, LogEvent[]>();
  for (const event of facts.events) {
    const { realm, user } = event;
    if (realm !== undefined && user !== undefined) push(byPerson, personOf(realm, user), event);
  }
  return [...byPerson.values()].flatMap((events) => {
    const chains = toChains(events, facts);
    const policy = policyOf(facts, events[0]?.realm ?? '');
    const stuck = explain(chains, policy);
    return stuck === undefined ? [] : [toViolation(stuck, facts)];
  });
};

/** Decisions by the chain that they stand in, in its order. */
function toChains(events: readonly LogEvent[], facts: Facts): readonly (readonly Decision[])[] {
  const locking = new Set(events.filter(({ event }) => event === 'account.locked').map(({ trace }) => trace));
  const chains = new Map<number, Decision[]>();
  for (const event of events) {
    const verdict = verdictOf(event);
    if (verdict === undefined) continue;
    const locks = locking.has(event.trace);
    push(chains, event.chain, { event, verdict, locks, ...spanOf(event, facts) });
  }
  return [...chains.values()];
}

function verdictOf({ event, reason }: LogEvent): Decision['verdict'] | undefined {
  if (event === 'otp-token.accepted' || event === 'code.accepted') return 'accepted';
  if (event !== 'otp-token.refused') return undefined;
  return reason === 'locked' ? 'locked' : 'refused';
}

/** Follows all ways at once, a decision at a time; returns what could not come next on any of them, undefined when all are explained. */
function explain(chains: readonly (readonly Decision[])[], policy: Policy): readonly Decision[] | undefined {
  const soonest = chains.map(endsFrom);
  const total = chains.reduce((sum, { length }) => sum + length, 0);
  let ways: readonly Way[] = [{ taken: chains.map(() => 0), count: none }];
  for (let done = 0; done < total; done += 1) {
    const next = new Map<string, Way>();
    for (const way of ways) {
      for (const further of stepsFrom(way, { chains, soonest, policy })) next.set(toText(further), further);
    }
    if (next.size === 0)
      return ways.flatMap(({ taken }) => chains.flatMap((chain, index) => chain[taken[index] ?? 0] ?? []));
    ways = [...next.values()];
  }
  return undefined;
}

/** For each place of a chain, the soonest end of what stands there or behind it. */
function endsFrom(chain: readonly Decision[]): readonly number[] {
  const ends = [Number.POSITIVE_INFINITY];
  for (const { end } of chain.toReversed()) ends.push(Math.min(end, ends.at(-1) ?? end));
  return ends.reverse();
}

interface Course {
  readonly chains: readonly (readonly Decision[])[];
  readonly soonest: readonly (readonly number[])[];
  readonly policy: Policy;
}

function stepsFrom({ taken, count }: Way, { chains, soonest, policy }: Course): readonly Way[] {
  return chains.flatMap((chain, index) => {
    const decision = chain[taken[index] ?? 0];
    if (decision === undefined) return [];
    const isTooEarly = soonest.some(
      (ends, other) => other !== index && (ends[taken[other] ?? 0] ?? 0) < decision.begin,
    );
    const after = isTooEarly ? undefined : afterDecision(count, decision, policy);
    return after === undefined ? [] : [{ taken: taken.with(index, (taken[index] ?? 0) + 1), count: after }];
  });
}

/** The count after a decision; undefined when the policy would have decided otherwise. */
function afterDecision(count: Count, { event, verdict, locks }: Decision, policy: Policy): Count | undefined {
  const isLocked = event.at < count.lockedUntil;
  if (verdict === 'locked') return isLocked ? count : undefined;
  if (isLocked) return undefined;
  if (verdict === 'accepted') return none;
  const failed = afterFailure(count, event.at, policy);
  return failed.locks > count.locks === locks ? failed : undefined;
}

/** A lock that has ended is over for every server, whatever its clock says. */
function afterFailure({ failedAt, locks }: Count, at: number, policy: Policy): Count {
  const counted = [...failedAt.filter((failed) => failed > at - policy.windowSeconds * 1000), at];
  if (counted.length < policy.limit) return { failedAt: counted, locks, lockedUntil: none.lockedUntil };
  const seconds = Math.min(policy.lockSeconds * 2 ** locks, policy.maxLockSeconds);
  return { failedAt: [], locks: locks + 1, lockedUntil: policy.hard ? Number.POSITIVE_INFINITY : at + seconds * 1000 };
}

function toText({ taken, count }: Way): string {
  return [taken, count.failedAt, count.locks, count.lockedUntil].join(';');
}

function toViolation(stuck: readonly Decision[], { byTrace }: Facts): Violation {
  const decisions = [...new Map(stuck.map((one) => [nameOf(one.event), one])).values()];
  const said = decisions.map(({ event, verdict, locks }) => {
    const how = verdict === 'locked' ? 'refused a locked person' : `looked at a code${locks ? ', and locked' : ''}`;
    return `${nameOf(event)}, which ${how}`;
  });
  return {
    rule: 'attempts',
    what: `the policy does not explain ${said.join(', or ')}`,
    requests: decisions.flatMap(({ event }) => byTrace.get(event.trace) ?? []),
  };
}
