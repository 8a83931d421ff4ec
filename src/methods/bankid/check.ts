import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import type { Ports } from '../../core/ports.ts';
import { defineStep } from '../../core/step.ts';
import { endTransaction, type Polled, pollTransaction, waitOf } from '../../core/transaction-run.ts';
import { bankIdBackends } from './backend.ts';
import { drawQr, qrDataAt } from './qr.ts';
import {
  backend,
  connection,
  idIn,
  language,
  type Memory,
  memoryOf,
  method,
  pictureIn,
  qrWords,
  wordingIn,
  wordingWords,
} from './step-settings.ts';
import { type Device, type Language, userTextOf } from './user-texts.ts';
import { failedHints, ownEnds, pendingHints, tell } from './wire.ts';

const inputWords = { transactionID: 'Id from the start', orderRef: 'The same, for orders by phone' };

const replyWords = {
  status: `OK, ERROR, or that it goes on: ${Object.values(pendingHints)
    .map(({ status }) => status)
    .join(', ')}, PENDING`,
  message: `Why not, with ERROR: ${[...new Set([...Object.keys(failedHints), ...Object.values(ownEnds).map(({ message }) => message)])].join(', ')}, or an error code of BankID`,
  userMessage: 'What to tell the person',
  userMessageId: 'BankID’s own identifier for a text of that sense, e.g. RFA9, where there is one',
};

/** What a person is known by once the order is done, with `OK` (HTTP API reference 3.5). */
const personWords = {
  personalNumber: 'Personal number, with OK',
  name: 'Full name, with OK',
  givenName: 'Given name, with OK',
  surName: 'Surname, with OK',
  signature: 'The signature, XML in Base64, with OK',
  ocspResponse: 'What the bank said of the BankID then, DER in Base64, with OK',
  risk: 'How risky BankID found it, with OK, when it was asked: low, moderate or high',
};

/** See its summary. */
export const check = defineStep({
  name: `${method}/check`,
  summary: 'Tell how an order with BankID stands, and who it was once it is done; asks BankID when it is time',
  needs: ['input', 'headers', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'identity', 'reply'],
  config: z.strictObject({ connection, language }),
  // What changes is written with the change; that somebody asked is not worth a line.
  records: true,
  backend,
  describe: () => ({
    input: { ...inputWords, ...wordingWords, ...qrWords.input },
    reply: { ...replyWords, ...personWords, ...qrWords.reply },
  }),
  async run({ input, headers, tenant, origin, reply }, settings, ports) {
    const bankId = ports.backends.of(bankIdBackends, settings.connection);
    const wording = wordingIn(input, settings.language);
    const picture = pictureIn(input);
    const poller = { id: idIn(input), method, tenant: tenant.id, origin, waitMs: waitOf(headers) };
    const { intervalMs, leaseMs } = bankId;
    const asking = {
      intervalMs,
      leaseMs,
      ask: (memory: unknown, before: Polled['transaction']) =>
        bankId.collect(memoryOf(memory, settings.connection), before, ports.vault),
    };
    const polled = await pollTransaction(poller, asking, ports);
    const memory = memoryOf(polled.memory, settings.connection);
    return {
      transaction: toFact(poller.id, polled),
      identity: polled.result,
      reply: {
        ...reply,
        ...statusOf(polled, wording),
        ...personOf(polled),
        ...(await qrOf(polled, memory, picture, ports)),
      },
    };
  },
});

/** See its summary. */
export const cancel = defineStep({
  name: `${method}/cancel`,
  summary: 'Cancel an order with BankID; one that has ended stays as it ended',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config: z.strictObject({ connection, language }),
  records: true,
  backend,
  describe: () => ({ input: { ...inputWords, ...wordingWords }, reply: replyWords }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const bankId = ports.backends.of(bankIdBackends, settings.connection);
    const wording = wordingIn(input, settings.language);
    const asker = { id: idIn(input), method, tenant: tenant.id, origin };
    // First, so that nothing is cancelled that is not theirs, or of another connection.
    const { memory } = await pollTransaction({ ...asker, waitMs: 0 }, undefined, ports);
    const { orderRef } = memoryOf(memory, settings.connection);
    const ended = await endTransaction(asker, { state: 'cancelled', word: 'cancelled' }, ports);
    if (ended.byUs) await bankId.cancel(orderRef);
    return { transaction: toFact(asker.id, ended), reply: { ...reply, ...statusOf(ended, wording) } };
  },
});

function toFact(id: string, { transaction: { state, word } }: Polled) {
  return { id, method, state, word };
}

function statusOf(
  { transaction }: Polled,
  { language, device }: { language: Language; device: Device },
): Facts['reply'] {
  const { status, message, text } = tell(transaction.state, transaction.word);
  const told = text && userTextOf(text, language, device);
  return {
    status,
    ...(message !== undefined && { message }),
    ...(told && { userMessage: told.text }),
    ...(told?.id !== undefined && { userMessageId: told.id }),
  };
}

function personOf({ transaction, result }: Polled): Facts['reply'] {
  if (transaction.state !== 'approved') return {};
  return Object.fromEntries(Object.entries(result).filter(([name]) => Object.hasOwn(personWords, name)));
}

async function qrOf(
  { transaction }: Polled,
  { qr }: Memory,
  picture: 'svg' | 'png' | undefined,
  { clock, vault, qrCodes }: Ports,
): Promise<Facts['reply']> {
  if (transaction.state !== 'pending' || qr === undefined) return {};
  const qrData = qrDataAt(qr, clock.now(), vault);
  return { qrData, ...(await drawQr(qrData, picture, qrCodes)) };
}
