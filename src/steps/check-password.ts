import { z } from 'zod';
import type { PasswordVerdict, Realm } from '../core/directory.ts';
import type { Claimant } from '../core/facts.ts';
import { Problem } from '../core/problem.ts';
import { realmOf } from '../core/realm.ts';
import { defineStep } from '../core/step.ts';
import { beginGuess, dropGuess, endGuess, guessesOf } from './password-guess.ts';

/** See its summary. The decisions are those of `password-guess.ts`. */
export const checkPassword = defineStep({
  name: 'check-password',
  summary: 'Ask the directory that knows the person whether this is the password; count the failure if not',
  needs: ['input', 'claimant', 'origin'],
  gives: ['user'],
  proves: true,
  config: z.strictObject({
    property: z
      .string()
      .min(1)
      .default('password')
      .describe('Property of the request that holds the password; password'),
  }),
  records: true,
  describe: ({ property }) => ({ input: { [property]: 'Password of the person, as the directory has it' } }),
  async run({ input, claimant, origin }, { property }, { store, vault, realms }) {
    const realm = realmOf(realms, claimant.realm);
    const guess = { claimant, origin, policy: realm.attempts };
    const account = guessesOf(claimant, vault);
    const { go, beganAt } = await store.change(account, beginGuess(guess));
    const asked = await ask(realm, claimant, input[property] ?? '', go).catch(async (error: unknown) => {
      if (go === 'go') await store.change(account, dropGuess(guess, beganAt));
      throw error;
    });
    const verdict = go === 'go' ? asked : go;
    const isRight = await store.change(account, endGuess(guess, beganAt, verdict));
    if (!isRight || claimant.person === undefined) throw new Problem('password-refused', verdict, { recorded: true });
    return { user: { ...claimant.person, realm: realm.id } };
  },
});

/** Where the password may not be looked at, nobody's is, so that the answer takes as long. */
function ask(realm: Realm, { name, person }: Claimant, password: string, go: string): Promise<PasswordVerdict> {
  const stranger = { id: name, attributes: {} };
  return go === 'go' ? realm.checkPassword(person ?? stranger, password) : realm.checkPassword(stranger, 'nobody');
}
