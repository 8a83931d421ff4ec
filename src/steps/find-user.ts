import { z } from 'zod';
import { Problem } from '../core/problem.ts';
import { realmOf } from '../core/realm.ts';
import { defineStep } from '../core/step.ts';

const config = z.strictObject({
  property: z
    .string()
    .min(1)
    .default('username')
    .describe('Property of the request that holds the user name; username'),
});

const words = ({ property }: z.output<typeof config>) => ({ input: { [property]: 'User name of the person' } });

/** See its summary. For operations in which the caller is trusted to know whom it speaks of. */
export const findUser = defineStep({
  name: 'find-user',
  summary: 'Look the person up in the realm’s directories; refuse when nobody has that name',
  needs: ['input', 'tenant'],
  gives: ['user'],
  config,
  describe: words,
  async run({ input, tenant }, { property }, { realms }) {
    const person = await realmOf(realms, tenant.realm).find(input[property] ?? '');
    if (person === undefined) throw new Problem('person-unknown');
    return { user: { ...person, realm: tenant.realm } };
  },
});

/** See its summary. For operations in which the person has yet to prove something: they must not tell who exists. */
export const findClaimant = defineStep({
  name: 'find-claimant',
  summary: 'Look up the person who claims to be there; an unknown one goes on, and is refused later like any other',
  needs: ['input', 'tenant'],
  gives: ['claimant'],
  config,
  describe: words,
  async run({ input, tenant }, { property }, { realms }) {
    const name = (input[property] ?? '').slice(0, 256);
    const person = await realmOf(realms, tenant.realm).find(name);
    const claimant = { realm: tenant.realm, name };
    return { claimant: person === undefined ? claimant : { ...claimant, person } };
  },
});
