import type { Thing } from './fixture.ts';
import { type Asked, ids, type PlannedChange } from './plan.ts';

interface Plain {
  readonly value: Thing;
  readonly expiresAt: number;
  readonly claims: readonly string[];
}

/** What a store must do, written to be read: a Map and a list. */
export function createPlainModel() {
  let records = new Map<string, Plain>();
  let log: readonly string[] = [];
  const live = (id: string, at: number) => {
    const found = records.get(id);
    return found !== undefined && found.expiresAt > at ? found : undefined;
  };
  const holder = (claim: string, at: number) => ids.find((id) => live(id, at)?.claims.includes(claim));

  function apply({ id, throws, next, lifetime = Infinity, claims, events }: PlannedChange, at: number): unknown {
    const before = live(id, at);
    if (throws) return 'refused';
    const after = next === undefined ? before : next && { value: next, expiresAt: at + lifetime };
    const stays = after !== undefined && after !== null && after.expiresAt > at;
    if (stays && claims?.some((claim) => (holder(claim, at) ?? id) !== id)) return 'claim-taken';
    log = [...log, ...events];
    if (stays) records.set(id, { ...after, claims: claims ?? before?.claims ?? [] });
    else records.delete(id);
    return before?.value ?? 'absent';
  }
  function applyTogether(changes: readonly PlannedChange[], at: number): unknown {
    const before = { records: new Map(records), log };
    for (const change of changes) {
      const answer = apply(change, at);
      if (answer !== 'refused' && answer !== 'claim-taken') continue;
      ({ records, log } = before);
      return answer;
    }
    return undefined;
  }

  return {
    /** What the caller is told: the record before, or why not. */
    apply: (asked: Asked, at: number) => ('id' in asked ? apply(asked, at) : applyTogether(asked, at)),
    holder,
    log: () => log,
    value: (id: string, at: number) => live(id, at)?.value,
  };
}
