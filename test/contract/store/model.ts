import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outcome, Store } from '../../../src/core/store.ts';
import { event, findingIn, fixture, keyOf, type StoreMaker, subjectsIn, type Thing, thing } from './fixture.ts';

const ids = ['a', 'b', 'ö%_'];
const names = ['one', 'two'];

interface Change {
  readonly id: string;
  readonly throws: boolean;
  readonly next: Thing | null | undefined;
  readonly lifetime: number | undefined;
  readonly claims: readonly string[] | undefined;
  readonly events: readonly string[];
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const change: fc.Arbitrary<Change> = fc.record({
  id: fc.constantFrom(...ids),
  throws: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  next: fc.oneof(
    { weight: 4, arbitrary: fc.record({ count: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constant(undefined) },
  ),
  lifetime: maybe(fc.integer({ min: -1, max: 30 })),
  claims: maybe(fc.subarray(names)),
  events: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
});
/** Changes asked for in one turn, then some time, then perhaps a sweep or a restart. */
const round = fc.record({
  changes: fc.array(change, { maxLength: 6 }),
  pass: fc.integer({ min: 0, max: 20 }),
  sweep: fc.boolean(),
  restart: fc.boolean(),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

/** The store as a Map, written to be read. */
function createModel() {
  const records = new Map<string, { value: Thing; expiresAt: number; claims: readonly string[] }>();
  const log: string[] = [];
  const live = (id: string, at: number) => {
    const found = records.get(id);
    return found !== undefined && found.expiresAt > at ? found : undefined;
  };
  const holder = (claim: string, at: number) => ids.find((id) => live(id, at)?.claims.includes(claim));
  function apply({ id, throws, next, lifetime = Infinity, claims, events }: Change, at: number): unknown {
    const before = live(id, at);
    if (throws) return 'refused';
    const after = next === undefined ? before : next && { value: next, expiresAt: at + lifetime };
    const stays = after !== undefined && after !== null && after.expiresAt > at;
    if (stays && claims?.some((claim) => (holder(claim, at) ?? id) !== id)) return 'claim-taken';
    log.push(...events);
    if (stays) records.set(id, { ...after, claims: claims ?? before?.claims ?? [] });
    else records.delete(id);
    return before?.value ?? 'absent';
  }
  return { apply, holder, log, value: (id: string, at: number) => live(id, at)?.value };
}

async function ask(store: Store, { id, throws, next, lifetime, claims, events }: Change): Promise<unknown> {
  try {
    return await store.change(keyOf(id), (current, at) => {
      if (throws) throw Object.assign(new Error(), { code: 'refused' });
      const outcome: Outcome<Thing, unknown> = { events: events.map(event), result: current ?? 'absent' };
      return {
        ...outcome,
        ...(next === undefined ? {} : { next }),
        ...(claims === undefined ? {} : { claims }),
        ...(lifetime === undefined ? {} : { expiresAt: at + lifetime }),
      };
    });
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function compare(store: Store, model: ReturnType<typeof createModel>, at: number): Promise<void> {
  const values = ids.map((id) => model.value(id, at));
  expect(await Promise.all(ids.map((id) => store.read(keyOf(id))))).toEqual(values);
  expect(await Promise.all(names.map((name) => store.holder(thing, name)))).toEqual(
    names.map((name) => model.holder(name, at)),
  );
  const present = ids.flatMap((id, index) => (values[index] === undefined ? [] : [{ id, value: values[index] }]));
  expect((await store.list(thing, { limit: 9 })).items).toEqual(present);
}

async function play(make: StoreMaker, lasting: boolean, rounds: readonly Round[]): Promise<void> {
  const { open, pass, clock, ring, store: first } = fixture(make);
  const model = createModel();
  let store = first;
  for (const { changes, pass: ms, sweep, restart } of rounds) {
    const expected = changes.map((one) => model.apply(one, clock.now()));
    expect(await Promise.all(changes.map((one) => ask(store, one)))).toEqual(expected);
    await compare(store, model, clock.now());
    pass(ms);
    if (sweep) await store.sweep();
    if (restart && lasting) {
      await store.close();
      store = open();
    }
    await compare(store, model, clock.now());
  }
  expect(await subjectsIn(store)).toEqual(model.log);
  expect(await findingIn(store, ring)).toBeUndefined();
  await store.close();
}

/** Any sequence of changes leaves what a plain Map would hold. */
export function modelContract(make: StoreMaker, lasting: boolean): void {
  it(`does what a plain map would do${lasting ? ', over restarts too' : ''}`, async () => {
    const property = fc.asyncProperty(fc.array(round, { maxLength: 8 }), (rounds) => play(make, lasting, rounds));
    await fc.assert(property, { numRuns: lasting ? 120 : 300 });
  });
}
