import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import { record } from '../../core/pipeline.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { defineStep } from '../../core/step.ts';
import { transactionEvents } from '../../core/transaction-events.ts';
import { startTransaction } from '../../core/transaction-run.ts';
import type { Refusal, Started } from './answers.ts';
import { bankIdBackends } from './backend.ts';
import { launchUrls } from './launch.ts';
import { type OrderBody, toOrder } from './order.ts';
import { orderSettings, orderWords } from './order-settings.ts';
import { type Asked, hashOfText } from './proof.ts';
import { drawQr, qrDataAt } from './qr.ts';
import { backend, connection, type Memory, method, pictureIn, purpose as purposes, qrWords } from './step-settings.ts';
import { errorCodes, type Purpose } from './wire.ts';

const word = 'outstandingTransaction';

/** See its summary. */
export const start = defineStep({
  name: `${method}/start`,
  summary: 'Ask BankID to have a person identify themselves or sign a text; the person’s app takes it from there',
  needs: ['input', 'caller', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config: z.strictObject({
    connection,
    purpose: purposes
      .default('auth')
      .describe(
        'What for: auth, to identify; sign, to sign a text; phone-auth and phone-sign, somebody who is on the phone; auth',
      ),
    ...orderSettings,
  }),
  records: true,
  backend,
  describe: ({ purpose, endUserIp }) => ({
    input: { ...orderWords, ...qrWords.input },
    required: [...requiredBy[purpose], ...(endUserIp === 'property' ? ['endUserIp'] : [])],
    reply: { ...replyWords, ...qrWords.reply },
  }),
  async run({ input, caller, tenant, origin, reply }, { connection: name, purpose, ...settings }, ports) {
    const bankId = ports.backends.of(bankIdBackends, name);
    const order = toOrder(purpose, input, settings, caller.address);
    const picture = pictureIn(input);
    const started = await bankId.start(purpose, order);
    if (!('orderRef' in started)) throw await toProblem(started, origin, tenant.realm, ports);
    const memory = toMemory(purpose, name, order, started, ports);
    const { id: tenantId, realm } = tenant;
    const { lifetimeSeconds } = bankId;
    const opening = { method, tenant: tenantId, realm, word, lifetimeSeconds, memory };
    const id = await startTransaction(opening, origin, ports);
    return {
      transaction: { id, method, state: 'pending' as const, word },
      reply: { ...reply, transactionID: id, ...(await startReply(id, started, order, memory, picture, ports)) },
    };
  },
});

const requiredBy: Readonly<Record<Purpose, readonly string[]>> = {
  auth: [],
  sign: ['userVisibleData'],
  'phone-auth': ['pnr'],
  'phone-sign': ['pnr', 'userVisibleData'],
};

const replyWords = {
  transactionID: 'Id of the identification or signature, for asking how it stands',
  orderRef: 'The same, for orders by phone',
  autoStartToken: 'Starts the app on this device',
  qrStartToken: 'Public part of the QR code',
  launchUrl: 'Address that opens the app on this phone',
  schemeUrl: 'Address that opens the app on this computer',
};

function toMemory(purpose: Purpose, name: string, order: OrderBody, started: Started, { vault, clock }: Ports): Memory {
  const { qrStartToken: token, qrStartSecret: secret, orderRef } = started;
  const qr = token !== undefined && secret !== undefined && { qr: { token, secret, receivedAt: clock.now() } };
  return { connection: name, orderRef, ...toAsked(purpose, order, { vault }), ...qr };
}

function toAsked(purpose: Purpose, order: OrderBody, { vault }: Pick<Ports, 'vault'>): Asked {
  const { requirement = {}, userVisibleData, userNonVisibleData } = order;
  const person = order.personalNumber ?? requirement['personalNumber'];
  const policies = requirement['certificatePolicies'];
  return {
    purpose,
    ...(typeof person === 'string' && { person }),
    ...(Array.isArray(policies) && { policies }),
    ...(requirement['mrtd'] === true && { mrtd: true }),
    ...(userVisibleData !== undefined && { visible: hashOfText(userVisibleData, vault) }),
    ...(userNonVisibleData !== undefined && { nonVisible: hashOfText(userNonVisibleData, vault) }),
  };
}

async function startReply(
  id: string,
  { autoStartToken, qrStartToken }: Started,
  { returnUrl }: OrderBody,
  { qr }: Memory,
  picture: 'svg' | 'png' | undefined,
  { clock, vault, qrCodes }: Ports,
): Promise<Facts['reply']> {
  if (autoStartToken === undefined || qrStartToken === undefined || qr === undefined) return { orderRef: id };
  const qrData = qrDataAt(qr, clock.now(), vault);
  const pictures = await drawQr(qrData, picture, qrCodes);
  return { autoStartToken, qrStartToken, qrData, ...pictures, ...launchUrls(autoStartToken, returnUrl) };
}

/** A refusal that is not in the vendor’s documents leaves an event of its own; there is no transaction that could. */
async function toProblem(refusal: Refusal, origin: Facts['origin'], realm: string, ports: Ports): Promise<Problem> {
  if ('error' in refusal) return new Problem(errorCodes[refusal.error].atStart, refusal.error);
  const reason = /^[A-Za-z0-9_.-]{1,64}$/.test(refusal.unknownError) ? refusal.unknownError : 'unreadable';
  await record(ports, { ...origin, type: transactionEvents.wordUnknown, realm, subject: method, reason });
  return new Problem('vendor-fault', 'a start was refused with a word that nobody knows');
}
