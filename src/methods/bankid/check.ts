import { z } from 'zod';
import type { Facts } from '../../core/facts.ts';
import type { Ports } from '../../core/ports.ts';
import { defineStep } from '../../core/step.ts';
import { type Polled, pollTransaction, waitOf } from '../../core/transaction-run.ts';
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
  purpose,
  qrWords,
  wordingIn,
  wordingWords,
} from './step-settings.ts';
import { idWords, statusOf, statusWords, toFact } from './told.ts';

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
  config: z.strictObject({
    connection,
    language,
    purposes: z
      .array(purpose)
      .min(1)
      .default([...purpose.options])
      .describe('Sorts of orders that are told of; one of another sort is unknown. auth, sign, phone-auth, phone-sign'),
  }),
  // What changes is written with the change; that somebody asked is not worth a line.
  records: true,
  backend,
  describe: () => ({
    input: { ...idWords, ...wordingWords, ...qrWords.input },
    reply: { ...statusWords, ...personWords, ...qrWords.reply },
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
        bankId.collect(memoryOf(memory, settings), before, ports.vault),
    };
    const polled = await pollTransaction(poller, asking, ports);
    const memory = memoryOf(polled.memory, settings);
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
