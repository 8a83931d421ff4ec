import type { Sealed, Vault } from './ports.ts';

/** What of a transaction is kept sealed. */
type Field = 'memory' | 'result';

/** Seals a value, plain JSON, for its place in one transaction. */
export function seal(value: object, id: string, field: Field, vault: Vault): Sealed {
  return vault.seal(new TextEncoder().encode(JSON.stringify(value)), placeOf(id, field));
}

/** Opens what {@link seal} sealed for this very place. @throws Problem 'internal' */
export function open(sealed: Sealed, id: string, field: Field, vault: Vault): unknown {
  return JSON.parse(new TextDecoder().decode(vault.open(sealed, placeOf(id, field))));
}

function placeOf(id: string, field: Field): string {
  return `transaction\n${id}\n${field}`;
}
