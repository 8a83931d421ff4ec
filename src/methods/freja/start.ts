import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import { record } from '../../core/pipeline.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { defineStep } from '../../core/step.ts';
import { transactionEvents } from '../../core/transaction-events.ts';
import { startTransaction } from '../../core/transaction-run.ts';
import { type FrejaBackend, frejaBackends, type Started } from './backend.ts';
import { frejaEvents } from './events.ts';
import { linkOf, wayBack } from './link.ts';
import { toOrder } from './order.ts';
import { qrFormOf, qrOf, qrWords } from './qr.ts';
import { backend, connection, type Memory, method } from './step-settings.ts';
import { frejaErrors } from './wire.ts';

/** See its summary. */
export const start = defineStep({
  name: `${method}/start`,
  summary: 'Have Freja eID ask a person who they are; the person’s app takes it from there',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config: z.strictObject({ connection }),
  records: true,
  backend,
  describe: () => ({
    input: {
      attributesToGet:
        'What is wanted of the person: names with commas between, e.g. BASIC_USER_INFO,SSN; may be empty',
      reqiredRegistrationLevel: 'Least level of the eID: BASIC, EXTENDED or PLUS (spelt as PhenixID documents it)',
      requiredRegistrationLevel: 'The same, spelt right; one of the two must be there',
      userInfoType: 'What userIdentifier is: SSN, EMAIL, PHONE, ORG_ID, UPI; or INFERRED for whoever scans the QR code',
      userIdentifier: 'Whom to ask; may be left out for INFERRED',
      country: 'With SSN: country of the personal number; SE',
      returnUrl: 'For INFERRED: where the app goes back to from the link; nowhere without it',
      ...qrWords.input,
    },
    required: ['attributesToGet', 'userInfoType'],
    reply: {
      authRef: 'Id of the identification, for asking how it stands',
      launchUrl: 'For INFERRED: link that opens the app on this device',
      ...qrWords.reply,
    },
  }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const server = ports.backends.of(frejaBackends, settings.connection);
    const { attributes, ...asked } = toOrder(input, server.context);
    const back = wayBack(input['returnUrl']);
    const form = qrFormOf(input);
    const started = await server.start({ ...asked, attributes });
    if ('refusal' in started) await refuse(started.refusal, server, { origin, realm: tenant.realm }, ports);
    const found = 'refusal' in started ? {} : started;
    const memory: Memory = { connection: settings.connection, asked, back, ...found };
    const openedAt = ports.clock.now();
    const id = await keep(memory, server, { tenant, origin }, ports);
    const link = memory.ref !== undefined &&
      asked.userInfoType === 'INFERRED' && { launchUrl: linkOf(memory.ref, server, back) };
    const qr = await qrOf({ memory, openedAt, server }, form, ports);
    return {
      transaction: { id, method, state: 'pending' as const, word: startWord },
      reply: { ...reply, authRef: id, ...link, ...qr },
    };
  },
});

/** Where every authentication begins. */
const startWord = 'STARTED';

async function keep(
  memory: Memory,
  server: FrejaBackend,
  { tenant, origin }: Pick<Facts, 'tenant' | 'origin'>,
  ports: Ports,
): Promise<string> {
  const { lifetimeSeconds } = server;
  const opening = { method, tenant: tenant.id, realm: tenant.realm, word: startWord, lifetimeSeconds, memory };
  try {
    return await startTransaction(opening, origin, ports);
  } catch (error) {
    // Nobody can ask about it any more, and until it ends the person could not be asked again.
    if (memory.ref !== undefined) await server.cancel(memory.ref);
    throw error;
  }
}

type Refusal = Extract<Started, { readonly refusal: unknown }>['refusal'];

/**
 * Refuses as Freja did, and leaves an event with its code. Returns for a person whom Freja does not know, unless the settings say otherwise: the
 * identification is begun all the same and expires, as one does that nobody answers.
 */
async function refuse(
  refusal: Refusal,
  { unknownUser }: Pick<FrejaBackend, 'unknownUser'>,
  where: { readonly origin: Facts['origin']; readonly realm: string },
  ports: Ports,
): Promise<void> {
  if ('http' in refusal) {
    const { http, ...wait } = refusal;
    throw new Problem('vendor-fault', `the start was answered with ${http}`, wait);
  }
  const { code } = refusal;
  const reason = `code-${code}`;
  const event = { ...where.origin, realm: where.realm, subject: method, reason };
  const known = frejaErrors[code];
  if (known === undefined) await record(ports, { ...event, type: transactionEvents.wordUnknown });
  if (known?.atStart === 'vendor-fault') throw new Problem('vendor-fault', reason);
  await record(ports, { ...event, type: frejaEvents.refused });
  const { atStart = 'refused', property } = known ?? {};
  if (atStart === 'person-unknown' && unknownUser === 'expire') return;
  throw new Problem(atStart, property === undefined ? reason : 'Freja eID does not take it', {
    recorded: true,
    ...(property !== undefined && { property }),
  });
}
