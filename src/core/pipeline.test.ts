import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMemoryStore } from '../../test/support/memory-store.ts';
import { createAuditLog } from '../adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../adapters/key-ring.ts';
import { bind } from './bind.ts';
import type { Facts } from './facts.ts';
import type { Line } from './operation.ts';
import { runOperation } from './pipeline.ts';
import type { Ports } from './ports.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { defineStep } from './step.ts';

const none = z.strictObject({});
const claimant = { realm: 'default', name: 'ada' };

const steps = [
  defineStep({ name: 'look', summary: '', needs: [], gives: ['claimant'], config: none, run: () => ({ claimant }) }),
  defineStep({
    name: 'prove',
    summary: '',
    needs: ['claimant'],
    gives: ['user'],
    config: none,
    run: async () => ({ user: { id: 'ada', realm: 'default', attributes: {} } }),
  }),
  defineStep({
    name: 'say',
    summary: '',
    needs: ['reply'],
    gives: ['reply'],
    config: z.strictObject({ text: z.string() }),
    run: ({ reply }, { text }) => ({ reply: { said: `${reply['said'] ?? ''}${text}` } }),
  }),
  defineStep({
    name: 'fail',
    summary: '',
    needs: [],
    gives: [],
    config: z.strictObject({ code: z.string(), recorded: z.boolean().default(false) }),
    run(_, { code, recorded }) {
      throw new Problem(code as ProblemCode, 'detail', { recorded });
    },
  }),
  defineStep({
    name: 'break',
    summary: '',
    needs: [],
    gives: [],
    config: none,
    run() {
      throw new TypeError('a fault of ours');
    },
  }),
  defineStep({ name: 'record', summary: '', needs: [], gives: [], config: none, records: true, run: () => ({}) }),
];

function start() {
  const store = createMemoryStore({ clock: { now: () => 0 }, log: createAuditLog(parseKeyRing(newKeyLine(0))) });
  const origin = { trace: 'a'.repeat(32), operation: 'op' };
  const facts = {
    operation: 'op',
    tenant: { id: 't1', realm: 'default' },
    caller: { name: 'open', address: '' },
    headers: {},
    input: {},
    origin,
    reply: {},
  };
  async function run(...lines: readonly Line[]): Promise<Facts['reply']> {
    const { operations, faults } = bind({ op: { summary: '', steps: [...lines] } }, steps);
    expect(faults).toEqual([]);
    const operation = operations.get('op');
    if (operation === undefined) throw new Error('it is not there');
    return (await runOperation(operation, facts, { store } as unknown as Ports)).reply;
  }
  const events = async () =>
    (await store.events(0, 100)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { run, events };
}

describe('an operation', () => {
  it('hands each step what those before it gave', async () => {
    const { run } = start();
    expect(await run({ step: 'say', text: 'a' }, { step: 'say', text: 'b' })).toEqual({ said: 'ab' });
  });

  it('skips lines whose condition does not hold, and keeps what the others gave', async () => {
    const { run } = start();
    const when = (id: string) => ({ when: { 'tenant.id': id }, then: [{ step: 'say', text: id }] });
    expect(await run(when('t2'), when('t1'))).toEqual({ said: 't1' });
  });

  it('leaves one event when it ends well, unless a step leaves its own', async () => {
    const { run, events } = start();
    await run({ step: 'say', text: 'a' });
    expect(await events()).toMatchObject([{ event: 'operation.done', operation: 'op', trace: 'a'.repeat(32) }]);
    await run({ step: 'record' });
    expect(await events()).toHaveLength(1);
  });

  it('ends at the step that refuses, and says why in the log', async () => {
    const { run, events } = start();
    const refused = run({ step: 'fail', code: 'refused' }, { step: 'break' });
    await expect(refused).rejects.toMatchObject({ code: 'refused' });
    expect(await events()).toMatchObject([{ event: 'operation.refused', reason: 'refused' }]);
  });

  it('does not say twice what a step has recorded', async () => {
    const { run, events } = start();
    await expect(run({ step: 'fail', code: 'refused', recorded: true })).rejects.toThrow(Problem);
    expect(await events()).toEqual([]);
  });

  it.each([[{ step: 'fail', code: 'store-unavailable' }], [{ step: 'break' }]])(
    'leaves faults to the technical log: %j',
    async (line) => {
      const { run, events } = start();
      await expect(run(line)).rejects.toThrow();
      expect(await events()).toEqual([]);
    },
  );
});

describe('somebody who claims to be there', () => {
  it('is believed once a step has proved it', async () => {
    const { run } = start();
    expect(await run({ step: 'look' }, { step: 'prove' })).toEqual({});
  });

  it('is refused when no step has', async () => {
    const { run, events } = start();
    await expect(run({ step: 'look' })).rejects.toMatchObject({ code: 'refused', detail: 'nothing was proved' });
    expect(await events()).toMatchObject([{ event: 'operation.refused' }]);
  });

  it('is refused when the step that proves is skipped', async () => {
    const { run } = start();
    const skipped = { when: { 'tenant.id': 't2' }, then: [{ step: 'prove' }] };
    await expect(run({ step: 'look' }, skipped)).rejects.toMatchObject({ code: 'refused' });
  });
});
