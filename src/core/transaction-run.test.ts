import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { slowStore } from '../../test/support/memory-store.ts';
import { origin, transactionPorts } from '../../test/support/transactions.ts';
import type { Store } from './store.ts';
import { transactionOf } from './transaction.ts';
import {
  type Asking,
  endTransaction,
  type News,
  type Polled,
  type Poller,
  pollTransaction,
  startTransaction,
} from './transaction-run.ts';

const person = { personalNumber: '200001012384', name: 'Test' };
const started: News = { state: 'in-progress', word: 'started' };
const approved: News = { state: 'approved', word: 'complete', result: person };
const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

/** A transaction, and a vendor who says these things in turn, the last one for ever. */
async function scene(says: readonly (News | Error)[] = [], around?: (store: Store) => Store) {
  const { ports, pass, events } = transactionPorts(around);
  const id = await startTransaction(
    {
      method: 'bankid',
      tenant: 't1',
      realm: 'default',
      word: 'outstandingTransaction',
      lifetimeSeconds: 180,
      memory: { orderRef: 'vendor-1' },
    },
    origin,
    ports,
  );
  const asked: unknown[] = [];
  const asking: Asking = {
    intervalMs: 2000,
    leaseMs: 10_000,
    async ask(memory) {
      asked.push(memory);
      await pause(1);
      const news = says[Math.min(asked.length, says.length) - 1] ?? {
        state: 'pending',
        word: 'outstandingTransaction',
      };
      if (news instanceof Error) throw news;
      return news;
    },
  };
  const me: Poller = { id, method: 'bankid', tenant: 't1', origin, waitMs: 0 };
  const poll = (more: Partial<Poller> = {}): Promise<Polled> => pollTransaction({ ...me, ...more }, asking, ports);
  const cancel = () => endTransaction(me, { state: 'cancelled', word: 'cancelled' }, ports);
  const stateOf = async () => (await ports.store.read(transactionOf(id)))?.state;
  return { id, ports, pass, events, asked, poll, cancel, stateOf };
}

const states = (polls: readonly Polled[]) => [...new Set(polls.map(({ transaction }) => transaction.state))];

describe('a poll', () => {
  it('asks the vendor with what the method remembers, and tells what it learnt', async () => {
    const { poll, asked, id, ports } = await scene([started]);
    expect(await poll()).toMatchObject({ transaction: started, memory: { orderRef: 'vendor-1' }, result: {} });
    expect(asked).toEqual([{ orderRef: 'vendor-1' }]);
    const kept = JSON.stringify(await ports.store.read(transactionOf(id)));
    expect(kept).not.toContain('vendor-1');
  });

  it('reads what is known until the interval is over', async () => {
    const { poll, asked, pass } = await scene([started, approved]);
    await poll();
    pass(1999);
    expect(await poll()).toMatchObject({ transaction: started });
    expect(asked).toHaveLength(1);
    pass(1);
    expect(await poll()).toMatchObject({ transaction: { state: 'approved' }, result: person });
  });

  it('asks no more once it has ended, and repeats the answer until it lapses', async () => {
    const { poll, asked, pass, ports, id } = await scene([approved]);
    await poll();
    expect(JSON.stringify(await ports.store.read(transactionOf(id)))).not.toContain(person.personalNumber);
    for (const ms of [2000, 100_000, 197_999]) {
      pass(ms);
      expect(await poll()).toMatchObject({ transaction: { state: 'approved' }, result: person });
    }
    expect(asked).toHaveLength(1);
    pass(1);
    await expect(poll()).rejects.toMatchObject({ code: 'transaction-unknown' });
  });

  it('writes that its time is over when it finds it so, and asks nobody', async () => {
    const { poll, asked, pass, events } = await scene();
    pass(180_000);
    expect(await poll()).toMatchObject({ transaction: { state: 'expired' } });
    expect(asked).toEqual([]);
    expect(await events()).toEqual(['transaction.opened', 'transaction.expired expired']);
  });

  it('of a method that asks nobody only reads', async () => {
    const { id, ports, pass } = await scene();
    const poller = { id, method: 'bankid', tenant: 't1', origin, waitMs: 0 };
    expect(await pollTransaction(poller, undefined, ports)).toMatchObject({
      transaction: { state: 'pending', turn: 0 },
    });
    pass(180_000);
    expect(await pollTransaction(poller, undefined, ports)).toMatchObject({ transaction: { state: 'expired' } });
  });

  it('takes over from whoever asked and was never heard of again', async () => {
    const { poll, asked, pass } = await scene([new Promise(() => {}) as unknown as News, approved]);
    void poll();
    await pause(20);
    pass(9999);
    expect(await poll()).toMatchObject({ transaction: { state: 'pending' } });
    pass(1);
    expect(await poll()).toMatchObject({ transaction: { state: 'approved' } });
    expect(asked).toHaveLength(2);
  });

  it('hands a fault of the vendor to the one who asked, and the next one may ask after the interval', async () => {
    const { poll, asked, pass } = await scene([new Error('broke off'), started]);
    const polls = await Promise.allSettled(times(10, poll)); // seen to fail with a lease that nobody ends
    expect(polls.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await poll()).toMatchObject({ transaction: { state: 'pending', misses: 1 } });
    pass(2000);
    expect(await poll()).toMatchObject({ transaction: { ...started, misses: 0 } });
    expect(asked).toHaveLength(2);
  });
});

describe('the one and same refusal', () => {
  it.each<[string, Partial<Poller>]>([
    ['an id that nobody has', { id: '00000000-0000-4000-8000-000000000000' }],
    ['an id that is none', { id: 'x'.repeat(60_000) }],
    ['no id', { id: '' }],
    ['another tenant', { tenant: 't2' }],
    ['another method', { method: 'freja' }],
  ])('meets %s', async (_words, more) => {
    const { poll, asked, id, ports } = await scene();
    const refusal = { code: 'transaction-unknown', detail: '', status: 403 };
    await expect(poll(more)).rejects.toMatchObject(refusal);
    await expect(poll({ ...more, waitMs: 1000 })).rejects.toMatchObject(refusal);
    const asker = { id, method: 'bankid', tenant: 't1', origin, ...more };
    await expect(endTransaction(asker, { state: 'cancelled', word: 'x' }, ports)).rejects.toMatchObject(refusal);
    expect(asked).toEqual([]);
    expect(await poll()).toMatchObject({ transaction: { state: 'pending' } });
  });
});

describe('many at once', () => {
  it('cost the vendor one call for each interval', async () => {
    // Seen to fail (300 calls) with a look at the record in place of the claim of the turn.
    const { poll, asked, pass } = await scene([started, started, approved], (store) => slowStore(store, 2));
    for (const calls of [1, 2, 3]) {
      await Promise.all(times(300, poll));
      expect(asked).toHaveLength(calls);
      pass(2000);
    }
    expect(states(await Promise.all(times(300, poll)))).toEqual(['approved']);
    expect(asked).toHaveLength(3);
  });

  it('all see the end that came first, of a cancel and an approval', async () => {
    const ends = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const { poll, cancel, events, stateOf } = await scene([approved], (store) => slowStore(store, 1));
      const asking = poll();
      await pause((round % 6) * 3);
      const cancelled = await cancel();
      const polls = await Promise.all([asking, ...times(20, poll)]);
      const end = (await stateOf()) ?? '';
      expect(states(polls)).toEqual([end]);
      expect(cancelled).toMatchObject({ byUs: end === 'cancelled', transaction: { state: end } });
      expect(polls[0]?.result).toEqual(end === 'approved' ? person : {});
      expect((await events()).length).toBe(2);
      ends.add(end);
    }
    expect(ends).toEqual(new Set(['approved', 'cancelled']));
  });

  it('cancel once', async () => {
    const { cancel, events } = await scene([], (store) => slowStore(store, 1));
    const cancels = await Promise.all(times(20, cancel));
    expect(cancels.filter(({ byUs }) => byUs)).toHaveLength(1);
    expect(await events()).toEqual(['transaction.opened', 'transaction.cancelled cancelled']);
  });
});

describe('a poll that waits', () => {
  const long = 60_000;

  it('answers at once when this look brought news, or when it has ended', async () => {
    const { poll } = await scene([approved]);
    expect(await poll({ waitMs: long })).toMatchObject({ transaction: { state: 'approved' } });
    expect(await poll({ waitMs: long })).toMatchObject({ transaction: { state: 'approved' } });
  });

  it('answers when somebody else brings news', async () => {
    const { poll, cancel } = await scene();
    const waiting = times(50, () => poll({ waitMs: long }));
    await pause(20);
    await cancel();
    expect(states(await Promise.all(waiting))).toEqual(['cancelled']);
  });

  it.each([
    ['asks nobody', false],
    ['asks its vendor, whose turn has not come', true],
  ])('of a method that %s leaves the store alone until there is news', async (_, asks) => {
    let reads = 0;
    const counted = (store: Store): Store => ({
      ...store,
      read(key) {
        reads += 1;
        return store.read(key);
      },
    });
    const { poll, cancel, id, ports } = await scene([], counted);
    if (asks) await poll();
    const poller = { id, method: 'bankid', tenant: 't1', origin, waitMs: long };
    reads = 0;
    const waiting = asks ? poll({ waitMs: long }) : pollTransaction(poller, undefined, ports);
    await pause(50);
    expect(reads).toBe(1);
    await cancel();
    expect(await waiting).toMatchObject({ transaction: { state: 'cancelled' } });
  });

  it('takes its turns of asking meanwhile', async () => {
    const nothing: News = { state: 'pending', word: 'outstandingTransaction' };
    const { poll, asked, pass } = await scene([nothing, nothing, started]);
    const waiting = poll({ waitMs: long });
    for (const calls of [1, 2]) {
      await pause(30);
      expect(asked).toHaveLength(calls);
      // The clock of the test runs ahead of the one that wakes the poll, so somebody else looks.
      pass(2000);
      await poll();
    }
    expect(await waiting).toMatchObject({ transaction: started });
  });

  it('answers with what it found when its wait is over', async () => {
    const { poll, asked } = await scene();
    expect(await poll({ waitMs: 30 })).toMatchObject({ transaction: { state: 'pending' } });
    expect(asked).toHaveLength(1);
  });

  it('counts the time that asking takes', async () => {
    const { ports, pass, id } = await scene(); // seen to fail with a wait that counts only its sleep
    let calls = 0;
    const asking: Asking = {
      intervalMs: 1,
      leaseMs: 10_000,
      async ask() {
        calls += 1;
        pass(20_000);
        return { state: 'pending', word: 'outstandingTransaction' };
      },
    };
    await pollTransaction({ id, method: 'bankid', tenant: 't1', origin, waitMs: 30_000 }, asking, ports);
    expect(calls).toBe(2);
  });

  it('answers when the server is about to stop', async () => {
    const { poll, ports } = await scene();
    const waiting = poll({ waitMs: long });
    await pause(20);
    ports.store.endWatches();
    expect(await waiting).toMatchObject({ transaction: { state: 'pending' } });
  });

  it('tells the end of its time', async () => {
    const { poll, pass } = await scene();
    const waiting = poll({ waitMs: long });
    await pause(20);
    pass(180_000);
    await poll();
    expect(await waiting).toMatchObject({ transaction: { state: 'expired' } });
  });
});
