import type { Vault } from '../core/ports.ts';

/** The form of every sealed value. */
const sealedForm = /^v1\.([A-Za-z0-9_-]{1,32})\.[A-Za-z0-9_-]+$/;

/**
 * A record's value with everything in it sealed by the newest key; the very same value when it is so already.
 *
 * `place` is what stands in front of the path of each field: kind and id of the record.
 */
export function reseal<T>(value: T, place: string, newestKey: string, vault: Vault, path = ''): T {
  if (typeof value === 'string') return resealText(value, `${place}\n${path}`, newestKey, vault) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const inner = entries.map(([name, item]) => {
    return [name, reseal(item, place, newestKey, vault, path === '' ? name : `${path}.${name}`)] as const;
  });
  if (inner.every(([, item], index) => item === entries[index]?.[1])) return value;
  return (Array.isArray(value) ? inner.map(([, item]) => item) : Object.fromEntries(inner)) as T;
}

function resealText(text: string, place: string, newestKey: string, vault: Vault): string {
  const [, key] = sealedForm.exec(text) ?? [];
  return key === undefined || key === newestKey ? text : vault.seal(vault.open(text, place), place);
}
