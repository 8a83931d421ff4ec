import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A master key and what is derived from it. The master key itself is used for nothing else. */
export interface RingKey {
  /** Up to 32 of `A–Z a–z 0–9 _ -`; stands in front of everything the key made. */
  readonly id: string;
  /** Seals secrets (AES-256-GCM). */
  readonly seal: KeyObject;
  /** Seals the end of the audit log (HMAC-SHA-256). */
  readonly mac: KeyObject;
  /** Signs checkpoints of the audit log (Ed25519). */
  readonly sign: KeyObject;
  readonly verify: KeyObject;
}

/** All keys, oldest first: the last seals, all open. */
export interface KeyRing {
  readonly newest: RingKey;
  get(id: string): RingKey | undefined;
  readonly all: readonly RingKey[];
}

/** One key as text: `<id>:<base64 of 32 bytes>`. Ours; keys are separated by commas or line ends, `#` begins a comment. */
const entry = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** @throws Error with a sentence for the operator; it never repeats the key */
export function parseKeyRing(text: string): KeyRing {
  const lines = text
    .replace(/#.*/g, '')
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const keys = lines.map((line, index) => {
    const [, id, key] = entry.exec(line) ?? [];
    if (id === undefined || key === undefined)
      throw new Error(`key ${index + 1} is not of the form <id>:<base64 of 32 bytes>`);
    return derive(id, Buffer.from(key, 'base64'));
  });
  const newest = keys.at(-1);
  if (newest === undefined) throw new Error('there is no key');
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size !== keys.length) throw new Error('two keys have the same id');
  return { newest, get: (id) => byId.get(id), all: keys };
}

function derive(id: string, master: Buffer): RingKey {
  const part = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', `portvakt ${purpose}`, 32));
  // RFC 8410 §7: a PKCS#8 wrapping of the 32 bytes of an Ed25519 key.
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), part('checkpoint')]);
  const sign = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    id,
    seal: createSecretKey(part('seal')),
    mac: createSecretKey(part('log head')),
    sign,
    verify: createPublicKey(sign),
  };
}

/** A new key as a line of a key file. */
export function newKeyLine(at: number): string {
  const day = new Date(at).toISOString().slice(0, 10);
  return `k${day}-${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64')}`;
}

/**
 * Reads the key file; makes it, with a first key, where there is none.
 *
 * @throws Error when the file can be read by others, or is not a key file
 */
export function openKeyFile(path: string, at: number): KeyRing {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const first = `# Keys of Portvakt. Whoever has this file can open every secret in the store: keep it secret, keep a copy.\n${newKeyLine(at)}\n`;
    writeFileSync(path, first, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return parseKeyRing(readKeyFile(path));
}

/** Adds a key at the end of the file; from then on it seals. */
export function addKey(path: string, at: number): KeyRing {
  const text = `${readKeyFile(path).trimEnd()}\n${newKeyLine(at)}\n`;
  writeFileSync(path, text, { mode: 0o600, flush: true });
  chmodSync(path, 0o600);
  return parseKeyRing(text);
}

function readKeyFile(path: string): string {
  return readFileSync(path, 'utf8');
}
