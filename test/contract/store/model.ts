import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changeOf, type Store } from '../../../src/core/store.ts';
import { findingIn, fixture, keyOf, type StoreMaker, subjectsIn, thing } from './fixture.ts';
import { createPlainModel } from './plain-model.ts';
import { type Asked, ids, names, type Round, rounds, transitionOf } from './plan.ts';

async function ask(store: Store, asked: Asked): Promise<unknown> {
  try {
    if ('id' in asked) return await store.change(keyOf(asked.id), transitionOf(asked));
    return await store.changeAll(asked.map((change) => changeOf(keyOf(change.id), transitionOf(change))));
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function compare(store: Store, model: ReturnType<typeof createPlainModel>, at: number): Promise<void> {
  const values = ids.map((id) => model.value(id, at));
  expect(await Promise.all(ids.map((id) => store.read(keyOf(id))))).toEqual(values);
  const holders = await Promise.all(names.map((name) => store.holder(thing, name)));
  expect(holders).toEqual(names.map((name) => model.holder(name, at)));
  const present = ids.flatMap((id, index) => (values[index] === undefined ? [] : [{ id, value: values[index] }]));
  expect((await store.list(thing, { limit: 9 })).items).toEqual(present);
}

async function play(make: StoreMaker, lasting: boolean, history: readonly Round[]): Promise<void> {
  const { open, pass, clock, ring, store: first } = fixture(make);
  const model = createPlainModel();
  let store = first;
  for (const { asked, passMs, sweep, restart } of history) {
    const expected = asked.map((one) => model.apply(one, clock.now()));
    expect(await Promise.all(asked.map((one) => ask(store, one)))).toEqual(expected);
    await compare(store, model, clock.now());
    pass(passMs);
    if (sweep) await store.sweep();
    if (restart && lasting) {
      await store.close();
      store = open();
    }
    await compare(store, model, clock.now());
  }
  expect(await subjectsIn(store)).toEqual(model.log());
  expect(await findingIn(store, ring)).toBeUndefined();
  await store.close();
}

/** Any history leaves what a plain Map would hold. */
export function modelContract(make: StoreMaker, lasting: boolean, runs: number): void {
  it(`does what a plain map would do${lasting ? ', over restarts too' : ''}`, async () => {
    const property = fc.asyncProperty(rounds, (history) => play(make, lasting, history));
    await fc.assert(property, { numRuns: runs });
  });
}
