import { z } from 'zod';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { defineStep } from '../../core/step.ts';
import { endTransaction, pollTransaction, waitOf } from '../../core/transaction-run.ts';
import { method } from './assignment.ts';
import { assignmentIn, assignmentWords } from './step-settings.ts';
import { assignmentStatuses, statusOf } from './wire.ts';

const config = z.strictObject({});

/** See its summary. */
export const check = defineStep({
  name: `${method}/check`,
  summary: 'Tell how an assignment stands',
  needs: ['input', 'headers', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'identity', 'reply'],
  config,
  // What changes is written with the change; that somebody asked is not worth a line.
  records: true,
  describe: () => ({
    input: assignmentWords,
    reply: { status: `Where the assignment stands: ${assignmentStatuses.join(', ')}` },
  }),
  async run({ input, headers, tenant, origin, reply }, _settings, ports) {
    const id = assignmentIn(input);
    const poller = { id, method, tenant: tenant.id, origin, waitMs: waitOf(headers) };
    const { transaction, result } = await pollTransaction(poller, undefined, ports);
    const { state, word } = transaction;
    return {
      transaction: { id, method, state, word },
      identity: result,
      reply: { ...reply, status: statusOf(state) },
    };
  },
});

/** See its summary. */
export const cancel = defineStep({
  name: `${method}/cancel`,
  summary: 'Take an assignment back: from now on it cannot be answered',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config,
  records: true,
  describe: () => ({
    input: assignmentWords,
    reply: { status: 'How the assignment ended: ERROR, unless it had ended before' },
  }),
  async run({ input, tenant, origin, reply }, _settings, ports) {
    const asker = { id: assignmentIn(input), method, tenant: tenant.id, origin };
    const { transaction } = await endTransaction(asker, { state: 'cancelled', word: 'cancelled' }, ports);
    const { state, word } = transaction;
    return { transaction: { id: asker.id, method, state, word }, reply: { ...reply, status: statusOf(state) } };
  },
});

/** See its summary. Put it inside `when` with `transaction.state: approved`. */
export const approver = defineStep({
  name: `${method}/approver`,
  summary: 'Look up the person who approved; refuse when nobody has',
  needs: ['transaction', 'identity', 'tenant'],
  gives: ['user'],
  proves: true,
  config,
  async run({ transaction, identity, tenant }, _settings, { realms }) {
    if (transaction.method !== method || transaction.state !== 'approved') {
      throw new Problem('refused', 'nobody has approved');
    }
    const person = await realmOf(realms, tenant.realm).find(identity['username'] ?? '');
    if (person === undefined) throw new Problem('person-unknown');
    return { user: { ...person, realm: tenant.realm } };
  },
});
