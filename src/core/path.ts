import { type FactName, vocabulary } from './facts.ts';

/** A place in the facts, e.g. `user.attributes.mail`; checked against the vocabulary when it is parsed. */
export interface Path {
  readonly text: string;
  readonly fact: FactName;
  readonly rest: readonly string[];
}

/** @throws Error with a sentence for the operator when the path is not in the vocabulary */
export function parsePath(text: string): Path {
  const [fact = '', ...rest] = text.split('.');
  const known = Object.hasOwn(vocabulary, fact) ? Object.keys(vocabulary[fact as FactName] ?? {}) : undefined;
  if (known === undefined) {
    throw new Error(`there is no fact "${fact}"; it must be one of ${Object.keys(vocabulary).join(', ')}`);
  }
  if (!known.some((pattern) => matches(pattern, rest))) {
    const choices = known.map((pattern) => (pattern === '' ? fact : `${fact}.${pattern}`));
    throw new Error(`there is no "${text}"; it must be ${choices.join(' or ')}`);
  }
  return { text, fact: fact as FactName, rest: fact === 'headers' ? rest.map((name) => name.toLowerCase()) : rest };
}

/** What stands at the path, in words. */
export function wordsOf({ fact, rest }: Path): string {
  const [, words] = Object.entries(vocabulary[fact] ?? {}).find(([pattern]) => matches(pattern, rest)) ?? [];
  return words ?? '';
}

function matches(pattern: string, rest: readonly string[]): boolean {
  const wanted = pattern === '' ? [] : pattern.split('.');
  return wanted.length === rest.length && wanted.every((name, at) => name === '*' || name === rest[at]);
}

/** The value at the path as text; the first of several; undefined where there is none. Looks at own properties only. */
export function valueAt(facts: object, path: Path): string | undefined {
  let value: unknown = own(facts, path.fact);
  for (const name of path.rest) value = own(value, name);
  if (Array.isArray(value)) value = value[0];
  return typeof value === 'string' ? value : undefined;
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
