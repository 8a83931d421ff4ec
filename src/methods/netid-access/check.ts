import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import { Problem } from '../../core/problem.ts';
import { defineStep } from '../../core/step.ts';
import { endTransaction, pollTransaction, waitOf } from '../../core/transaction-run.ts';
import { netIdBackends } from './backend.ts';
import { resultProperties } from './check-result.ts';
import type { Order } from './news.ts';
import { backend, completeWord, connection, type Memory, method, reference } from './step-settings.ts';
import { niasStatuses, statusOf } from './wire.ts';

/** See its summary. */
export const check = defineStep({
  name: `${method}/check`,
  summary: 'Tell how an identification stands, and who it was once it is done; asks the server when it is time',
  needs: ['input', 'headers', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'identity', 'reply'],
  config: z.strictObject({ connection, property: reference, completeWord }),
  // What changes is written with the change; that somebody asked is not worth a line.
  records: true,
  backend,
  describe: ({ property }) => ({
    input: { [property]: 'Id of the identification, from its start' },
    reply: { status: `Where the identification stands: ${niasStatuses.join(', ')}`, ...resultProperties },
  }),
  async run({ input, headers, tenant, origin, reply }, settings, ports) {
    const server = ports.backends.of(netIdBackends, settings.connection);
    const poller = { id: input[settings.property] ?? '', method, tenant: tenant.id, origin, waitMs: waitOf(headers) };
    const polled = await pollTransaction(
      poller,
      {
        intervalMs: server.intervalMs,
        leaseMs: server.leaseMs,
        ask: (memory, transaction) => server.collect(orderIn(memory, settings.connection), transaction),
      },
      ports,
    );
    orderIn(polled.memory, settings.connection);
    const { state, word } = polled.transaction;
    const twelve = state === 'approved' ? documented(polled.result) : {};
    return {
      transaction: { id: poller.id, method, state, word },
      identity: polled.result,
      reply: { ...reply, status: outward({ state, word }, settings.completeWord), ...twelve },
    };
  },
});

/** See its summary. The server knows no such thing: there the order runs out by itself (vendor’s WSDL). */
export const cancel = defineStep({
  name: `${method}/cancel`,
  summary: 'Forget an identification: whatever the person does from now on, nobody is identified by it',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config: z.strictObject({ property: reference, completeWord }),
  records: true,
  describe: ({ property }) => ({
    input: { [property]: 'Id of the identification, from its start' },
    reply: { status: 'How the identification ended: CANCELLED, unless it had ended before' },
  }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const asker = { id: input[settings.property] ?? '', method, tenant: tenant.id, origin };
    const { transaction } = await endTransaction(asker, { state: 'cancelled', word: 'CANCELLED' }, ports);
    const { state, word } = transaction;
    return {
      transaction: { id: asker.id, method, state, word },
      reply: { ...reply, status: outward({ state, word }, settings.completeWord) },
    };
  },
});

/** The order, when it is one of this connection: what another server says of somebody is not what this one says. */
function orderIn(memory: unknown, name: string): Order {
  const order = memory as Memory;
  if (order.connection !== name) throw new Problem('transaction-unknown', 'it belongs to another connection');
  return order;
}

function outward(transaction: Parameters<typeof statusOf>[0], complete: string): string {
  const status = statusOf(transaction);
  return status === 'COMPLETE' ? complete : status;
}

function documented(result: Readonly<Record<string, string>>): Facts['reply'] {
  return Object.fromEntries(Object.keys(resultProperties).map((name) => [name, result[name] ?? '']));
}
