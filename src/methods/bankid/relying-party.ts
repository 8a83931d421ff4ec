import { type NameAttribute, nameTypes } from '../../core/certificate.ts';

/**
 * True when this text is the subject of that certificate: the same attributes with the same values, in whatever order.
 *
 * Signatures name the relying party as `cn=…,name=…,serialNumber=…,o=…,c=SE` (RFC 4514 text, but for its order). That is what published
 * samples show; the vendor’s documents do not say it.
 */
export function isNameOf(text: string, subject: readonly NameAttribute[]): boolean {
  const named = parseName(text);
  const wanted = subject.map(({ type, value }) => `${type}=${value}`);
  return named !== undefined && wanted.length > 0 && named.toSorted().join('\n') === wanted.toSorted().join('\n');
}

/** `type=value` for each attribute, its type an object identifier; undefined for a text that is no name. */
function parseName(text: string): readonly string[] | undefined {
  const parts = text.match(/(?:[^,\\]|\\.)+/g) ?? [];
  const pairs = parts.map((part) => /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=(.*)$/su.exec(part));
  const attributes = pairs.map((pair) => {
    const type = nameTypes[pair?.[1]?.toLowerCase() ?? ''] ?? pair?.[1];
    return `${type}=${withoutEscapes(pair?.[2] ?? '')}`;
  });
  return pairs.every((pair) => pair !== null) ? attributes : undefined;
}

function withoutEscapes(value: string): string {
  return value.trim().replaceAll(/\\([,\\"+<>;=# ])/g, '$1');
}
