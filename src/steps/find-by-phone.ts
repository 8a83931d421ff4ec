import { z } from 'zod';
import { Problem } from '../core/problem.ts';
import { realmOf } from '../core/realm.ts';
import { defineStep } from '../core/step.ts';

/** See its summary. For operations in which the caller is trusted to know whose number it is. */
export const findByPhone = defineStep({
  name: 'find-by-phone',
  summary: 'Look up the one person who has the telephone number; refuse when nobody has it, or more than one',
  needs: ['input', 'tenant'],
  gives: ['user'],
  config: z.strictObject({
    property: z
      .string()
      .min(1)
      .default('phonenumber')
      .describe('Property of the request that holds the number; phonenumber'),
  }),
  describe: ({ property }) => ({ input: { [property]: 'Telephone number, +46… or 0…' } }),
  async run({ input, tenant }, { property }, { realms }) {
    const [person, another] = await realmOf(realms, tenant.realm).findByPhone(input[property] ?? '');
    if (person === undefined) throw new Problem('person-unknown', 'nobody has the number');
    if (another !== undefined) throw new Problem('person-unknown', 'more than one person has the number');
    return { user: { ...person, realm: tenant.realm } };
  },
});
