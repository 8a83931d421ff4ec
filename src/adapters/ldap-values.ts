import type { Entry } from 'ldapts';

/** Attributes of Active Directory that are bytes and have a text form of their own ([MS-DTYP] 2.3.4.3, 2.4.2.1). */
const textForms: ReadonlyMap<string, (bytes: Buffer) => string> = new Map([
  ['objectguid', guidText],
  ['objectsid', sidText],
]);

/** Of these attributes, those that must be asked for as bytes; a directory may spell their names in its own way. */
export function bytesAmong(attributes: readonly string[]): string[] {
  const asked = attributes.filter((name) => textForms.has(name.toLowerCase()));
  return asked.length === 0 ? [] : [...asked, 'objectGUID', 'objectSid'];
}

/**
 * The values of an attribute as texts, whatever the case in which the directory spells its name.
 *
 * Bytes without a text form of their own come as Base64. Of very many values (Active Directory: 1500) only those come that the directory
 * sends at once (`;range=`, [MS-ADTS] 3.1.1.3.1.3.3).
 */
export function valuesOf(entry: Entry, attribute: string): readonly string[] {
  const name = attribute.toLowerCase();
  return Object.entries(entry).flatMap(([key, value]) => {
    const [plain, range = ''] = key.toLowerCase().split(/(?=;range=)/);
    if (plain !== name || (key === 'dn' && range === '')) return [];
    return [value].flat().map((one) => (typeof one === 'string' ? one : (textForms.get(name) ?? base64)(one)));
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

function guidText(bytes: Buffer): string {
  if (bytes.length !== 16) return base64(bytes);
  const part = (from: number, to: number) => bytes.subarray(from, to);
  const swapped = (from: number, to: number) => Buffer.from(part(from, to)).reverse();
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), part(8, 10), part(10, 16)]
    .map((group) => group.toString('hex'))
    .join('-');
}

function sidText(bytes: Buffer): string {
  if (bytes.length < 8 || bytes.length !== 8 + 4 * (bytes[1] ?? 0)) return base64(bytes);
  const authorities = Array.from({ length: bytes[1] ?? 0 }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S', bytes[0], bytes.readUIntBE(2, 6), ...authorities].join('-');
}
