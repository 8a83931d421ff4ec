import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import { record } from '../../core/pipeline.ts';
import type { Ports } from '../../core/ports.ts';
import { defineStep } from '../../core/step.ts';
import { transactionEvents } from '../../core/transaction-events.ts';
import { startTransaction } from '../../core/transaction-run.ts';
import { netIdBackends } from './backend.ts';
import { problemOf } from './refusal.ts';
import { startLink, wayBack } from './start-link.ts';
import { backend, connection, type Memory, method } from './step-settings.ts';
import { whomToAsk } from './who.ts';
import { meaningOf } from './wire.ts';

/** See its summary. */
export const start = defineStep({
  name: `${method}/start`,
  summary: 'Ask the Net iD Access server to have a person prove who they are; the person’s app takes it from there',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config: z.strictObject({
    connection,
    property: z
      .string()
      .min(1)
      .default('pnr')
      .describe(
        'Property of the request that says who: personal number, HSA-id or user principal name. Without it, whoever starts the app on this device; pnr',
      ),
  }),
  records: true,
  backend,
  describe: ({ property }) => ({
    input: {
      [property]:
        'Who: personal number, HSA-id or user principal name; whoever starts the app on this device without it',
      redirect: 'Address that the app goes back to, for the link without a person; nowhere without it',
    },
    reply: {
      orderref: 'Id of the identification, for asking how it stands',
      autostarttoken: 'Without a person: starts the app on this device',
      autostarturl: 'Without a person: link that starts the app on this device',
    },
  }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const server = ports.backends.of(netIdBackends, settings.connection);
    const asked = whomToAsk(input[settings.property], server.personalNumbers, settings.property);
    const back = wayBack(input['redirect']);
    const started = await server.authenticate(asked);
    if ('refusal' in started) {
      await noteUnknown(started.refusal, origin, tenant.realm, ports);
      throw problemOf(started.refusal, asked === '' ? undefined : settings.property);
    }
    const { ref } = started;
    const memory: Memory = { ref, asked, connection: settings.connection };
    const word = 'OUTSTANDING_TRANSACTION';
    const { lifetimeSeconds } = server;
    const opening = { method, tenant: tenant.id, realm: tenant.realm, word, lifetimeSeconds, memory };
    const id = await startTransaction(opening, origin, ports);
    // The server's reference is the app's token. Who was asked for by name needs none: the app finds the order itself.
    const link = asked === '' && { autostarttoken: ref, autostarturl: startLink(server.startLink, ref, back) };
    return {
      transaction: { id, method, state: 'pending' as const, word },
      reply: { ...reply, orderref: id, ...link },
    };
  },
});

/** A refusal that is not in the vendor’s documents leaves an event of its own; there is no transaction that could. */
async function noteUnknown(word: string, origin: Facts['origin'], realm: string, ports: Ports): Promise<void> {
  if (meaningOf(word) !== undefined) return;
  await record(ports, { ...origin, type: transactionEvents.wordUnknown, realm, subject: method, reason: word });
}
