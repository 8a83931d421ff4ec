import { z } from 'zod';
import type { Person, Realm } from '../core/directory.ts';
import { coreEvents } from '../core/event.ts';
import { record } from '../core/pipeline.ts';
import { Problem } from '../core/problem.ts';
import { realmOf } from '../core/realm.ts';
import { defineStep } from '../core/step.ts';

const config = z.strictObject({
  identity: z
    .string()
    .min(1)
    .describe('What the service has said of the person that the directory has too, by its name: personalNumber'),
  attribute: z.string().min(1).describe('Attribute of the directory that holds it'),
  spelling: z
    .enum(['as-is', 'personal-number'])
    .default('as-is')
    .describe(
      'How the directory writes it: as-is, as the service does, but for case; personal-number, with or without the hyphen of a Swedish personal number; as-is',
    ),
});

/** See its summary. Stands inside a `when` that asks for an approved transaction: before that nothing is known of anybody. */
export const linkPerson = defineStep({
  name: 'link-person',
  summary: 'Find whom the service has identified in the realm’s directories; refuse unless it is exactly one person',
  needs: ['identity', 'tenant', 'origin'],
  gives: ['user'],
  proves: true,
  config,
  records: true,
  async run({ identity, tenant, origin }, { identity: property, attribute, spelling }, ports) {
    const { realm } = tenant;
    const value = Object.hasOwn(identity, property) ? (identity[property] ?? '') : '';
    const found =
      value === '' ? [] : await findAny(realmOf(ports.realms, realm), attribute, spellings[spelling](value));
    const [person] = found;
    if (person === undefined || found.length > 1) {
      const reason = value === '' ? 'no-value' : found.length > 1 ? 'several' : 'nobody';
      await record(ports, { ...origin, type: coreEvents.personNotLinked, realm, reason });
      throw new Problem('person-unknown', reason, { recorded: true });
    }
    await record(ports, { ...origin, type: coreEvents.personLinked, realm, user: person.id });
    return { user: { ...person, realm } };
  },
});

const spellings: Readonly<Record<z.output<typeof config>['spelling'], (value: string) => readonly string[]>> = {
  'as-is': (value) => [value],
  // Twelve digits only: ten of them may be those of two people, a century apart.
  'personal-number': (value) => {
    const [, date, number] = /^(\d{8})-?(\d{4})$/.exec(value) ?? [];
    return date === undefined ? [value] : [`${date}${number}`, `${date}-${number}`];
  },
};

async function findAny(realm: Realm, attribute: string, values: readonly string[]): Promise<readonly Person[]> {
  const found: Person[] = [];
  for (const value of values) {
    for (const person of await realm.findByAttribute(attribute, value)) {
      const isKnown = found.some(({ id, directory }) => id === person.id && directory === person.directory);
      if (!isKnown) found.push(person);
    }
  }
  return found;
}
