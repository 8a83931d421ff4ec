import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { event, findingIn, increment, keyOf, subjectsIn, thing } from './fixture.ts';
import { idsIn, placeAt, type Worker } from './processes.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.end());

const place = () => placeAt(postgres.fresh(), 20_000);

/** Has workers that said they are ready begin at the same moment, and waits for all of them. */
async function together(workers: readonly Worker[]): Promise<void> {
  for (const worker of workers) await worker.hear('ready');
  for (const { child } of workers) child.stdin?.write('\n');
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(workers.map(() => 0));
}

describe('several processes on one PostgreSQL', () => {
  it('count together without losing one', async () => {
    const { path, open, ring, start } = place(); // seen to fail without FOR UPDATE
    const workers = [start('count', '600'), start('count', '600'), start('count', '600')];
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const store = open();
    const counts = await Promise.all([0, 1, 2].map(async (n) => (await store.read(keyOf(`shared/${n}`)))?.count ?? 0));
    expect(counts).toEqual([600, 600, 600]);
    const subjects = workers.flatMap(({ child }) => Array.from({ length: 600 }, (_, n) => `${child.pid}/${n}`));
    expect((await subjectsIn(store)).toSorted()).toEqual(subjects.toSorted());
    expect(await store.chains()).toEqual([1, 2, 3]);
    expect(await findingIn(store, ring)).toBeUndefined();
    // Whoever takes a whole chain away is told of by another, which has written how far it went.
    await store.change(keyOf('last'), () => ({ events: [event('last')], result: undefined }));
    const schema = /s\d+$/.exec(path)?.[0];
    const tables = { event: 'chain', checkpoint: 'chain', chain: 'number' };
    for (const [table, column] of Object.entries(tables))
      await postgres.query(`DELETE FROM ${schema}.${table} WHERE ${column} = 2`);
    expect(await findingIn(store, ring)).toMatchObject({ chain: 2, seq: 1 });
  });

  it('make each new record once, however many want to', async () => {
    const { open, start } = place(); // seen to fail with ON CONFLICT DO UPDATE, which takes no notice of who was first
    await together([start('make', '400'), start('make', '400'), start('make', '400')]);
    const { items } = await open().list(thing, { prefix: 'new/', limit: 1000 });
    expect(items.map(({ value }) => value.count)).toEqual(items.map(() => 3));
    expect(items).toHaveLength(400);
  });

  it('make a change again when the database has ended the connection of one that took too long to decide', async () => {
    const { open } = place();
    const store = open();
    let runs = 0;
    await store.change(keyOf('slow'), (current) => {
      runs += 1;
      // Longer than a transaction may be idle: nobody else could change the record meanwhile.
      if (runs === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
      return increment(current);
    });
    expect([runs, await store.read(keyOf('slow'))]).toEqual([2, { count: 1 }]);
  });

  it('give each claim to one record', async () => {
    const { open, start } = place();
    const workers = [start('claim', '200'), start('claim', '200'), start('claim', '200')];
    await together(workers);
    const got = workers.flatMap(({ said }) => said.filter((line) => line.startsWith('got')));
    expect(got.toSorted()).toEqual(Array.from({ length: 200 }, (_, n) => `got ${n}`).toSorted());
    const refused = workers.flatMap(({ said }) => said.filter((line) => line === 'claim-taken'));
    expect(refused).toHaveLength(400);
    const store = open();
    const holder = await store.holder(thing, 'name/7');
    expect(await store.read(keyOf(holder ?? ''))).toEqual({ count: 7 });
  });

  it('make the schema once when they open an empty database at the same moment', async () => {
    const { open, start } = place();
    const workers = Array.from({ length: 4 }, () => start('count', '3'));
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    expect(await open().read(keyOf('shared/0'))).toEqual({ count: 4 });
  });
});

describe('a process on PostgreSQL that is killed in mid-write', () => {
  it('leaves every change that it was told of, and a log that passes the check', async () => {
    const { open, ring, start } = place();
    let next = 0;
    for (let round = 0; round < 6; round += 1) {
      const worker = start('write', `${next}`);
      await worker.hear('');
      await pause(Math.random() * 120);
      worker.child.kill('SIGKILL');
      expect(await worker.ended).toBe('SIGKILL');
      const store = open();
      const ids = new Set(await idsIn(store, 'n/'));
      expect(worker.said.filter((n) => !ids.has(`n/${n}`))).toEqual([]);
      expect(await findingIn(store, ring)).toBeUndefined();
      await store.close();
      next = Math.max(...[...ids].map((id) => Number(id.slice(2)))) + 1;
    }
  });
});

describe('a process on PostgreSQL that stands still', () => {
  it('holds up nobody else for long, and makes its change once it goes on', async () => {
    const { open, start } = place();
    const store = open();
    await store.change(keyOf('paused'), increment);
    const worker = start('pause');
    await worker.hear('deciding');
    expect(await store.change(keyOf('a'), increment)).toBe(1);
    // The server ends a session that stands still within a transaction: the row is free again.
    expect(await store.change(keyOf('paused'), increment)).toBe(2);
    worker.child.kill('SIGCONT');
    await worker.hear('done');
    expect(await store.read(keyOf('paused'))).toEqual({ count: 3 });
  });
});

describe('connections that are cut', () => {
  it('cost no change and make none twice: what became of a commit is found out', async () => {
    const { open, ring } = place(); // seen to fail with a commit that is taken for undone, or for done, when its answer did not come
    const store = open();
    let going = true;
    let told = 0;
    const cutting = (async () => {
      for (let round = 0; round < 40; round += 1) {
        const enough = told + 4;
        while (told < enough) await pause(1);
        await pause(Math.random() * 8);
        await postgres.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portvakt'",
        );
      }
      going = false;
    })();
    const one = async (n: number) => {
      while (going) {
        await store.change(keyOf(`shared/${n % 3}`), (current) => ({
          ...increment(current),
          events: n < 4 ? [event('one')] : [],
        }));
        told += 1;
      }
    };
    await Promise.all([cutting, ...Array.from({ length: 8 }, (_, n) => one(n))]);
    const counts = await Promise.all([0, 1, 2].map(async (n) => (await store.read(keyOf(`shared/${n}`)))?.count ?? 0));
    expect(counts.reduce((sum, count) => sum + count)).toBe(told);
    expect(told).toBeGreaterThan(40);
    expect(await findingIn(store, ring)).toBeUndefined();
  });
});
