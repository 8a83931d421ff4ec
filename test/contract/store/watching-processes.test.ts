import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { keyOf } from './fixture.ts';
import { place, placeAt } from './processes.ts';

/** Longer than the test. */
const long = 60_000;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.end());

/** A store here, and another process that writes the record `watched` when it is told to. */
async function twoProcesses(kind: 'sqlite' | 'postgres') {
  const { open, start } = kind === 'sqlite' ? place() : placeAt(postgres.fresh());
  const store = open();
  const worker = start('obey');
  await worker.hear('ready');
  let told = 0;
  async function writeElsewhere(): Promise<void> {
    const from = worker.said.length;
    worker.child.stdin?.write(`${told}\n`);
    told += 1;
    await worker.hear('done', from);
  }
  return { store, writeElsewhere };
}

describe.each(['sqlite', 'postgres'] as const)('watching over processes: %s', (kind) => {
  it('wakes for what another process has written, each time', async () => {
    const { store, writeElsewhere } = await twoProcesses(kind); // seen to fail without the look at data_version
    const watch = store.watch(keyOf('watched'));
    for (let count = 1; count <= 3; count += 1) {
      const woken = watch.next(long);
      await writeElsewhere();
      await woken;
      expect(await store.read(keyOf('watched'))).toEqual({ count });
    }
    watch.stop();
  });

  it('notices a change in the middle of thousands of records', async () => {
    const { store, writeElsewhere } = await twoProcesses(kind); // seen to fail with a look that ends after its first slice
    const crowd = Array.from({ length: 5000 }, (_, n) => store.watch(keyOf(`n/${n}`)));
    const watch = store.watch(keyOf('watched'));
    const woken = watch.next(long);
    await writeElsewhere();
    expect(await woken).toBeLessThan(long);
    for (const each of [...crowd, watch]) each.stop();
  });

  it('lets those sleep on whose records are as they were', async () => {
    const { store, writeElsewhere } = await twoProcesses(kind); // seen to fail with a look that wakes everybody
    const [quiet, watch] = [store.watch(keyOf('quiet')), store.watch(keyOf('watched'))];
    await writeElsewhere();
    // The first look at a record may not know what it was; it comes within a second.
    await Promise.all([quiet.next(2000), watch.next(long)]);
    await writeElsewhere();
    const slept = quiet.next(1000);
    await watch.next(long);
    expect(await slept).toBeGreaterThan(900);
    for (const each of [quiet, watch]) each.stop();
  });
});
