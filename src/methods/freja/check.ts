import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import { defineStep } from '../../core/step.ts';
import type { Transaction } from '../../core/transaction.ts';
import { endTransaction, type News, type Polled, pollTransaction, waitOf } from '../../core/transaction-run.ts';
import { type FrejaBackend, frejaBackends } from './backend.ts';
import { resultProperties } from './identity.ts';
import { qrFormOf, qrOf, qrWords } from './qr.ts';
import { backend, connection, type Memory, memoryOf, method } from './step-settings.ts';
import { type FrejaStatus, frejaStatuses, statusOf } from './wire.ts';

const config = z.strictObject({ connection });
const input = { authRef: 'Id of the identification, from its start' };
const status = `Where the identification stands: ${Object.keys(frejaStatuses).join(', ')}`;

/** See its summary. */
export const check = defineStep({
  name: `${method}/check`,
  summary: 'Tell how an identification stands, and who it was once it is approved; asks Freja eID when it is time',
  needs: ['input', 'headers', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'identity', 'reply'],
  config,
  // What changes is written with the change; that somebody asked is not worth a line.
  records: true,
  backend,
  describe: () => ({
    input: { ...input, ...qrWords.input },
    required: ['authRef'],
    reply: {
      status,
      authRef: 'The id again',
      message: 'Why it failed, where nobody cancelled it',
      ...resultProperties,
      fullResponse: 'Freja’s whole answer, Base64',
      ...qrWords.reply,
    },
  }),
  async run({ input, headers, tenant, origin, reply }, settings, ports) {
    const server = ports.backends.of(frejaBackends, settings.connection);
    const form = qrFormOf(input);
    const poller = { id: input['authRef'] ?? '', method, tenant: tenant.id, origin, waitMs: waitOf(headers) };
    const { intervalMs, leaseMs } = server;
    const ask = (memory: unknown, transaction: Transaction) =>
      news(memoryOf(memory, settings.connection), transaction, server);
    const polled = await pollTransaction(poller, { intervalMs, leaseMs, ask }, ports);
    const memory = memoryOf(polled.memory, settings.connection);
    const { state, openedAt } = polled.transaction;
    const qr = state === 'pending' ? await qrOf({ memory, openedAt, server }, form, ports) : {};
    return {
      transaction: toFact(poller.id, polled.transaction),
      identity: polled.result,
      reply: { ...reply, ...toReply(poller.id, polled), ...qr },
    };
  },
});

/** See its summary. */
export const cancel = defineStep({
  name: `${method}/cancel`,
  summary: 'End an identification, unless it has ended already, and take the question off the person’s phone',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config,
  records: true,
  backend,
  describe: () => ({
    input,
    required: ['authRef'],
    reply: { status: 'How the identification ended: RP_CANCELED, unless it had ended before', authRef: 'The id again' },
  }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const server = ports.backends.of(frejaBackends, settings.connection);
    const asker = { id: input['authRef'] ?? '', method, tenant: tenant.id, origin };
    const before = await pollTransaction({ ...asker, waitMs: 0 }, undefined, ports);
    const { ref } = memoryOf(before.memory, settings.connection);
    const { transaction, byUs } = await endTransaction(asker, { state: 'cancelled', word: cancelWord }, ports);
    if (byUs && ref !== undefined) await server.cancel(ref);
    return {
      transaction: toFact(asker.id, transaction),
      reply: { ...reply, status: statusOf(transaction), authRef: asker.id },
    };
  },
});

const cancelWord: FrejaStatus = 'RP_CANCELED';

async function news({ ref, asked }: Memory, transaction: Transaction, server: FrejaBackend): Promise<News> {
  // Freja knows nothing of it: it waits for its end as if somebody had been asked.
  if (ref === undefined) return { state: transaction.state, word: transaction.word };
  return server.collect({ ref, asked }, transaction);
}

function toFact(id: string, { state, word }: Transaction): Facts['transaction'] {
  return { id, method, state, word };
}

/** The documented properties; the person’s only once approved (PhenixID, valve FrejaEIDAuthStatus). */
function toReply(authRef: string, { transaction, result }: Polled): Readonly<Record<string, string>> {
  const { state, word } = transaction;
  const names = state === 'approved' ? [...Object.keys(resultProperties), 'fullResponse'] : [];
  return {
    status: statusOf(transaction),
    authRef,
    ...(state === 'failed' && { message: word }),
    ...Object.fromEntries(names.map((name) => [name, result[name] ?? ''])),
  };
}
