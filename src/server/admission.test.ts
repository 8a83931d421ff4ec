import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../test/support/memory-store.ts';
import { createAuditLog } from '../adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../adapters/key-ring.ts';
import { type BoundOperation, bind } from '../core/bind.ts';
import { Problem } from '../core/problem.ts';
import { steps } from '../steps/index.ts';
import { createAdmission } from './admission.ts';
import type { Callers } from './callers/index.ts';

const trace = 'a'.repeat(32);
const hello = { summary: '', steps: [{ step: 'reply', properties: {} }] };
const { operations } = bind({ hello, other: hello }, steps);

/** Believes whoever says `right` in the header `authorization`. */
const callers: Callers = {
  addressOf: () => '192.0.2.1',
  prove(_, { headers }) {
    if (headers.authorization === 'right') return 'basic:portal';
    if (headers.authorization === 'away') return Promise.reject(new Problem('unavailable'));
    throw new Problem('unauthenticated', 'nothing that proves the caller');
  },
  challenge: () => 'Basic realm="x"',
};

function start(rateLimit?: { perSecond: number; burst: number }) {
  const store = createMemoryStore({ clock: { now: () => 0 }, log: createAuditLog(parseKeyRing(newKeyLine(0))) });
  const t1 = { id: 't1', realm: 'default', operations: new Set(['hello', 'gone']), rateLimit };
  const admit = createAdmission({ operations, tenants: new Map([['t1', t1]]), callers, ports: { store } });
  const ask = (headers: object = {}, operation = 'hello') =>
    admit({
      operation,
      request: { headers: { tenant: 't1', authorization: 'right', ...headers }, peer: '192.0.2.1' },
      trace,
      input: { username: 'ada' },
    });
  const events = async () =>
    (await store.events(0, 1000)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { ask, events };
}

describe('a caller that proves itself', () => {
  it('is let in with the facts that every operation begins with', async () => {
    const { ask, events } = start();
    const { operation, start: facts } = await ask();
    expect(operation).toBe(operations.get('hello') as BoundOperation);
    expect(facts).toEqual({
      operation: 'hello',
      tenant: { id: 't1', realm: 'default' },
      caller: { name: 'basic:portal', address: '192.0.2.1' },
      headers: { tenant: 't1', authorization: 'right' },
      input: { username: 'ada' },
      origin: { trace, tenant: 't1', operation: 'hello', address: '192.0.2.1', caller: 'basic:portal' },
      reply: {},
    });
    expect(await events()).toEqual([]);
  });

  it('is refused what its tenant may not ask for, and what is not there', async () => {
    const { ask } = start();
    await expect(ask({}, 'other')).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(ask({}, 'gone')).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(ask({}, 'constructor')).rejects.toMatchObject({ code: 'not-permitted' });
  });

  it('is refused when it asks too often, and told in whole seconds when to come back', async () => {
    const { ask } = start({ perSecond: 0.4, burst: 2 });
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'rate-limited', retryAfterSeconds: 3 });
  });

  it('does not use up its budget by what is refused anyway', async () => {
    const { ask } = start({ perSecond: 0.001, burst: 1 });
    for (let n = 0; n < 5; n += 1) await expect(ask({ authorization: 'wrong' })).rejects.toThrow(Problem);
    for (let n = 0; n < 5; n += 1) await expect(ask({}, 'other')).rejects.toThrow(Problem);
    await expect(ask()).resolves.toBeDefined();
  });
});

describe('a caller that does not', () => {
  it('is told how to, and taken down', async () => {
    const { ask, events } = start();
    const refused = { code: 'unauthenticated', challenge: 'Basic realm="x"' };
    await expect(ask({ authorization: 'wrong' })).rejects.toMatchObject(refused);
    expect(await events()).toMatchObject([
      { event: 'caller.refused', tenant: 't1', address: '192.0.2.1', reason: 'unauthenticated', trace },
    ]);
  });

  it.each([{ tenant: undefined }, { tenant: 'T1' }, { tenant: ['t1'] }, { tenant: '__proto__' }])(
    'is refused without a word more than that: %j',
    async (headers) => {
      const { ask, events } = start();
      await expect(ask(headers)).rejects.toMatchObject({ code: 'not-permitted', challenge: undefined });
      // What stood in the header is not taken down: it may be anything.
      expect((await events())[0]).not.toHaveProperty('tenant');
    },
  );

  it('learns of an operation that is not its tenant’s only that it must prove itself', async () => {
    const { ask } = start();
    await expect(ask({ authorization: 'wrong' }, 'other')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is not to blame when nobody is there to check', async () => {
    const { ask, events } = start();
    await expect(ask({ authorization: 'away' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(await events()).toEqual([]);
  });
});

it('does not fill the log with refusals, but says how many it left out', async () => {
  const { ask, events } = start();
  for (let n = 0; n < 150; n += 1) await expect(ask({ tenant: 'nobody' })).rejects.toThrow(Problem);
  const taken = (await events()).length;
  expect(taken).toBeGreaterThanOrEqual(100);
  expect(taken).toBeLessThan(150);
  await new Promise((resolve) => setTimeout(resolve, 150));
  await expect(ask({ tenant: 'nobody' })).rejects.toThrow(Problem);
  const all = await events();
  expect(all.reduce((sum, event) => sum + Number(event['suppressed'] ?? 0), all.length)).toBe(151);
});
