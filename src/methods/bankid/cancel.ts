import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { endTransaction, pollTransaction } from '../../core/transaction-run.ts';
import { bankIdBackends } from './backend.ts';
import { backend, connection, idIn, language, memoryOf, method, wordingIn, wordingWords } from './step-settings.ts';
import { idWords, statusOf, statusWords, toFact } from './told.ts';

/** See its summary. */
export const cancel = defineStep({
  name: `${method}/cancel`,
  summary: 'Cancel an order with BankID; one that has ended stays as it ended',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config: z.strictObject({ connection, language }),
  records: true,
  backend,
  describe: () => ({ input: { ...idWords, ...wordingWords }, reply: statusWords }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const bankId = ports.backends.of(bankIdBackends, settings.connection);
    const wording = wordingIn(input, settings.language);
    const asker = { id: idIn(input), method, tenant: tenant.id, origin };
    // First, so that nothing is cancelled that is not theirs, or of another connection.
    const { memory } = await pollTransaction({ ...asker, waitMs: 0 }, undefined, ports);
    const { orderRef } = memoryOf(memory, settings);
    const ended = await endTransaction(asker, { state: 'cancelled', word: 'cancelled' }, ports);
    if (ended.byUs) await bankId.cancel(orderRef);
    return { transaction: toFact(asker.id, ended), reply: { ...reply, ...statusOf(ended, wording) } };
  },
});
