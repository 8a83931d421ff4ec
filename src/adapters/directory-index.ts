import { createHash } from 'node:crypto';
import type { Person } from '../core/directory.ts';
import { type Change, changeOf, type Key, type Kind } from '../core/store.ts';

/** User names by the last digits of their numbers, which are the same however a number is written. May name people whose number was changed. */
const phones: Kind<readonly string[]> = { name: 'phone' };

/** User names by a value of an attribute. May name people whose value was changed. */
const attributeValues: Kind<readonly string[]> = { name: 'attribute' };

/** Attributes of people of the built-in directory that hold telephone numbers. */
const phoneAttributes = ['mobile', 'telephoneNumber'] as const;

/** Digits at the end of a number by which people are found; national numbers have at least as many almost everywhere. Our choice. */
const tailLength = 6;

/** The same for every spelling of a user name: Unicode NFC, lower case. */
export function foldName(userName: string): string {
  return userName.normalize('NFC').toLowerCase();
}

/** As values of attributes are compared: without regard to case and Unicode form. */
const foldValue = foldName;

/** The record that names people whose numbers end as this one; undefined for a text with too few digits. */
export function phoneIndexOf(realm: string, number: string): Key<readonly string[]> | undefined {
  const digits = number.replaceAll(/\D/g, '');
  return digits.length < tailLength ? undefined : { kind: phones, id: `${realm}/${digits.slice(-tailLength)}` };
}

/** The record that names people with this value of an attribute; under a hash, as values may be of any length. */
export function attributeIndexOf(realm: string, attribute: string, value: string): Key<readonly string[]> {
  const hash = createHash('sha256')
    .update(`${attribute}\n${foldValue(value)}`)
    .digest('base64url');
  return { kind: attributeValues, id: `${realm}/${hash}` };
}

/** True when one of the person's values of the attribute is this one. */
export function hasValue({ attributes }: Pick<Person, 'attributes'>, attribute: string, value: string): boolean {
  const values = Object.hasOwn(attributes, attribute) ? (attributes[attribute] ?? []) : [];
  return values.some((one) => foldValue(one) === foldValue(value));
}

/** Every telephone number of a person, as it is written. */
export function phonesOf({ attributes }: Pick<Person, 'attributes'>): readonly string[] {
  return phoneAttributes.flatMap((name) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : []));
}

/** Somebody whose numbers and attributes are to find him. */
interface Indexed extends Pick<Person, 'attributes'> {
  readonly userName: string;
}

/** One change for each record of the indexes. What people had before stays in them: who is found by one is looked at again. */
export function intoIndex(realm: string, newPeople: readonly Indexed[]): Change[] {
  const added = new Map<string, { readonly key: Key<readonly string[]>; readonly names: string[] }>();
  for (const person of newPeople) {
    for (const key of indexesOf(realm, person)) {
      const name = `${key.kind.name}/${key.id}`;
      const entry = added.get(name) ?? { key, names: [] };
      entry.names.push(foldName(person.userName));
      added.set(name, entry);
    }
  }
  return [...added.values()].map(({ key, names }) =>
    changeOf(key, (current = []) => ({ next: [...new Set([...current, ...names])], result: undefined })),
  );
}

function indexesOf(realm: string, person: Indexed): Key<readonly string[]>[] {
  const phones = phonesOf(person).flatMap((number) => phoneIndexOf(realm, number) ?? []);
  const values = Object.entries(person.attributes).flatMap(([attribute, all]) =>
    all.map((value) => attributeIndexOf(realm, attribute, value)),
  );
  return [...phones, ...values];
}
