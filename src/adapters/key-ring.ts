import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A master key and what is derived from it. The master key itself is used for nothing else. */
export interface RingKey {
  /** Up to 32 of `A–Z a–z 0–9 _ -`; stands in front of everything the key made. */
  readonly id: string;
  /** Seals secrets (AES-256-GCM). */
  readonly seal: KeyObject;
  /** Seals the end of the audit log (HMAC-SHA-256). */
  readonly mac: Uint8Array;
  /** Hashes codes and access tokens (HMAC-SHA-256). */
  readonly hash: Uint8Array;
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
    mac: part('log head'),
    hash: part('hash'),
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
 * Reads the key file; makes it, with a first key, where there is none. A key that is not known is looked for in the file again.
 *
 * @throws Error when the file can be read by others, or is not a key file
 */
export function openKeyFile(path: string, at: number): KeyRing {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const first = `# Keys of Portvakt. Whoever has this file can open every secret in the store: keep it secret, keep a copy.\n${newKeyLine(at)}\n`;
  if (!existsSync(path)) putInPlace(path, first, linkUnlessThere);
  let ring = parseKeyRing(readKeyFile(path));
  return {
    ...ring,
    get(id) {
      // A command may have added a key, and sealed with it, since this process read the file.
      if (ring.get(id) === undefined) ring = parseKeyRing(readKeyFile(path));
      return ring.get(id);
    },
  };
}

/**
 * Adds a key at the end of the file; from then on it seals. Of two processes that add at once, one may lose its key: it is for one operator.
 *
 * @throws Error as `openKeyFile`
 */
export function addKey(path: string, at: number): KeyRing {
  const text = `${readKeyFile(path).trimEnd()}\n${newKeyLine(at)}\n`;
  putInPlace(path, text, renameSync);
  return parseKeyRing(text);
}

/** The file is there whole or not at all, whoever looks and whenever the power fails: half a key file is the loss of all secrets. */
function putInPlace(path: string, text: string, place: (from: string, to: string) => void): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, text, { flag: 'wx', mode: 0o600, flush: true });
  try {
    place(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  flushFolder(dirname(path));
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Makes a new name in a folder outlast a power cut (fsync, POSIX). Windows has nothing like it. */
function flushFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function readKeyFile(path: string): string {
  // Windows keeps its permissions elsewhere; Node.js shows none of them in `mode`.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Error(`the key file is open to others than its owner; close it with: chmod 600 ${path}`);
  }
  return readFileSync(path, 'utf8');
}
