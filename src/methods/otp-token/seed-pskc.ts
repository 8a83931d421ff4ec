import { Problem } from '../../core/problem.ts';
import { childOf, childrenOf, parseXml, type XmlElement } from '../../core/xml-tree.ts';
import { parseBase64 } from './bytes-text.ts';
import type { PskcKeys } from './pskc-key.ts';
import { openValue, type PskcLock, unlock } from './pskc-lock.ts';
import { readPolicy } from './pskc-policy.ts';
import { pskcSpace, quoted } from './pskc-words.ts';
import { type SeedDefaults, type TokenType, toTokenSeed, warningsAbout } from './seed.ts';
import { fatalReport, gatherReport, type SeedFinding, type SeedReport } from './seed-report.ts';

/** What a container is read with. */
export interface PskcOptions extends PskcKeys {
  readonly defaults?: SeedDefaults | undefined;
  /** Milliseconds since 1970; without it no date is looked at. */
  readonly now?: number | undefined;
}

/** One key of the container, with the device it is in. */
interface KeyPiece {
  readonly line: number;
  readonly key: XmlElement;
  readonly device: XmlElement | undefined;
}

/** Reads the seeds of a PSKC document (RFC 6030): plain, or encrypted with a pre-shared key or a password. Each Key is one piece. */
export function readPskc(text: string, options: PskcOptions): SeedReport {
  const root = parseXml(text);
  if ('message' in root) return fatalReport(root.line, root.message);
  if (root.space !== pskcSpace || root.name !== 'KeyContainer' || root.attributes['Version'] !== '1.0') {
    return fatalReport(root.line, 'the document is not a KeyContainer of RFC 6030, version 1.0');
  }
  const pieces = childrenOf(root, pskcSpace, 'KeyPackage').flatMap(keysIn);
  const values = pieces.flatMap(({ key }) => encryptedValuesOf(key));
  const lock = values.length === 0 ? undefined : unlock(root, values, options);
  if (lock !== undefined && 'message' in lock) return fatalReport(lock.line, lock.message);
  const report = gatherReport(pieces, (piece) => readKey(piece, lock, options));
  const signed = root.children.find(({ name }) => name === 'Signature');
  if (signed === undefined) return report;
  const warning = { line: signed.line, message: 'the signature of the file was not checked' };
  return { ...report, warnings: [...report.warnings, warning] };
}

function keysIn(keyPackage: XmlElement): readonly KeyPiece[] {
  const [device] = childrenOf(keyPackage, pskcSpace, 'DeviceInfo');
  return childrenOf(keyPackage, pskcSpace, 'Key').map((key) => ({ line: key.line, key, device }));
}

function encryptedValuesOf(key: XmlElement): readonly XmlElement[] {
  const values = childrenOf(key, pskcSpace, 'Data').flatMap(({ children }) => children);
  return values.filter((value) => childrenOf(value, pskcSpace, 'EncryptedValue').length > 0);
}

function readKey({ key, device }: KeyPiece, lock: PskcLock | undefined, options: PskcOptions): SeedFinding {
  const algorithm = key.attributes['Algorithm'] ?? '';
  // A PIN beside a key is for the device to check (RFC 6030 §5, figure 5).
  if (algorithm === `${pskcSpace}:pin`) return { warnings: ['a PIN is not imported'] };
  const type = types.get(algorithm);
  if (type === undefined) throw new Problem('property-invalid', `the algorithm ${quoted(algorithm)} is not known here`);
  const { defaults = {}, now } = options;
  const data = childOf(key, pskcSpace, 'Data');
  const value = (name: string) => (data === undefined ? undefined : childOf(data, pskcSpace, name));
  const secret = bytesIn(value('Secret'), lock);
  const number = (name: string) => numberIn(value(name), lock);
  const [counter, period, drift, time] = ['Counter', 'TimeInterval', 'TimeDrift', 'Time'].map(number);
  const parameters = childOf(key, pskcSpace, 'AlgorithmParameters');
  const suite = parameters === undefined ? undefined : childOf(parameters, pskcSpace, 'Suite')?.text;
  const digits = digitsIn(parameters);
  const words = { id: idOf(key, device), type, secret, algorithm: suite, digits, period, counter, drift };
  const seed = toTokenSeed({ ...words, user: userOf(key, device), name: nameOf(key) }, defaults);
  const assumed = [
    ...(digits === undefined ? [`there is no ResponseFormat; ${seed.digits} digits are assumed`] : []),
    ...(type === 'hotp' && counter === undefined ? ['there is no Counter; 0 is assumed'] : []),
    ...(type === 'totp' && period === undefined
      ? [`there is no TimeInterval; ${seed.periodSeconds} seconds are assumed`]
      : []),
    ...(Number(time ?? 0) === 0 ? [] : ['Time is not 0; it was ignored']),
  ];
  return { seed, warnings: [...warningsAbout(secret), ...assumed, ...readPolicy(key, device, now)] };
}

const types: ReadonlyMap<string, TokenType> = new Map([
  [`${pskcSpace}:hotp`, 'hotp'],
  [`${pskcSpace}:totp`, 'totp'],
]);

function bytesIn(value: XmlElement | undefined, lock: PskcLock | undefined): Uint8Array {
  const plain = value === undefined ? undefined : plainOf(value, lock);
  if (plain === undefined) throw new Problem('property-invalid', 'there is no secret');
  return typeof plain === 'string' ? parseBase64(plain) : plain;
}

/** Numbers are encrypted as digits by some writers, as big-endian bytes by others (4 or 8 of them signed). */
function numberIn(value: XmlElement | undefined, lock: PskcLock | undefined): string | undefined {
  const plain = value === undefined ? undefined : plainOf(value, lock);
  if (plain === undefined || typeof plain === 'string') return plain?.trim();
  const digits = String.fromCharCode(...plain.subarray(0, 24));
  if (/^-?[0-9]+$/.test(digits) || plain.length === 0 || plain.length > 8) return digits;
  const number = plain.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return String(plain.length % 4 === 0 ? BigInt.asIntN(plain.length * 8, number) : number);
}

function plainOf(value: XmlElement, lock: PskcLock | undefined): Uint8Array | string | undefined {
  const plain = childOf(value, pskcSpace, 'PlainValue');
  const encrypted = childOf(value, pskcSpace, 'EncryptedValue');
  if (encrypted === undefined || lock === undefined) return plain?.text;
  if (plain !== undefined) throw new Problem('property-invalid', 'a value is there both plain and encrypted');
  return openValue(value, lock);
}

function digitsIn(parameters: XmlElement | undefined): string | undefined {
  const format = parameters === undefined ? undefined : childOf(parameters, pskcSpace, 'ResponseFormat');
  const { Encoding: encoding = 'DECIMAL', CheckDigits: checked = 'false', Length: length } = format?.attributes ?? {};
  if (encoding !== 'DECIMAL') throw new Problem('property-invalid', 'the codes are not decimal numbers');
  if (checked !== 'false' && checked !== '0')
    throw new Problem('property-invalid', 'the codes have a check digit, which is not known here');
  return length;
}

function idOf(key: XmlElement, device: XmlElement | undefined): string {
  const serial = device === undefined ? undefined : childOf(device, pskcSpace, 'SerialNo')?.text.trim();
  return serial === undefined || serial === '' ? (key.attributes['Id'] ?? '') : serial;
}

/** A UserId is a distinguished name (RFC 6030 §4.3.3); its first part is the user name when it says UID or CN. Other text is taken whole. */
function userOf(key: XmlElement, device: XmlElement | undefined): string | undefined {
  const [own] = childrenOf(key, pskcSpace, 'UserId');
  const [other] = device === undefined ? [] : childrenOf(device, pskcSpace, 'UserId');
  const text = (own ?? other)?.text.trim();
  return /^(?:UID|CN) ?= ?([^,+\\"]+)(?:,|$)/i.exec(text ?? '')?.[1] ?? text;
}

/** The first of the names; there may be one for each language. */
function nameOf(key: XmlElement): string | undefined {
  return childrenOf(key, pskcSpace, 'FriendlyName')[0]?.text;
}
