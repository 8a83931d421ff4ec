import type { HashName } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';

/** `totp` counts time (RFC 6238), `hotp` counts presses (RFC 4226). */
export type TokenType = 'totp' | 'hotp';

/** All there is to know of a token before it belongs to somebody. */
export interface TokenSeed {
  /** Serial number, or what stands for it; unique in a realm. 1–128 characters. */
  readonly id: string;
  readonly type: TokenType;
  /** 10–256 bytes when imported. */
  readonly secret: Uint8Array;
  readonly algorithm: HashName;
  /** Length of a code, 6–10. */
  readonly digits: number;
  /** Length of a time step; of no use to `hotp`. */
  readonly periodSeconds: number;
  /** Counter of the next code; of no use to `totp`. */
  readonly counter: number;
  /** Whole time steps by which the token's clock was known to be ahead. */
  readonly drift?: number;
  /** User name of whom the file says it belongs to. */
  readonly user?: string;
  /** What people call it. */
  readonly name?: string;
}

/** A seed as a file spells it: numbers still as text, what is absent or empty takes its default. */
export interface SeedWords {
  readonly id: string;
  readonly type: TokenType;
  readonly secret: Uint8Array;
  readonly algorithm?: string | undefined;
  readonly digits?: string | undefined;
  readonly period?: string | undefined;
  readonly counter?: string | undefined;
  readonly drift?: string | undefined;
  readonly user?: string | undefined;
  readonly name?: string | undefined;
}

/** What a seed takes when its file is silent. Absent: SHA1, 6 digits, 30 seconds (RFC 6238 §4, §5.2). */
export interface SeedDefaults {
  readonly type?: TokenType | undefined;
  readonly algorithm?: HashName | undefined;
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
}

/**
 * Checks the words of a seed and makes one of them.
 *
 * Limits are our choice but for 6 digits at least (RFC 4226 §5.3): 10 digits, an hour a step, secrets of 10 to 256 bytes.
 *
 * @throws Problem 'property-invalid' with a sentence that holds nothing of the secret
 */
export function toTokenSeed(words: SeedWords, defaults: SeedDefaults = {}): TokenSeed {
  const { type, secret, drift } = words;
  const id = wordsOf(words.id, 'serial number', 128);
  if (id === undefined) throw new Problem('property-invalid', 'there is no serial number');
  if (secret.length < 10) throw new Problem('property-invalid', 'the secret is shorter than 10 bytes');
  if (secret.length > 256) throw new Problem('property-invalid', 'the secret is longer than 256 bytes');
  const user = wordsOf(words.user, 'user name', 256);
  const name = wordsOf(words.name, 'name', 100);
  const drifted = wholeIn(drift, 'time drift', [-1000, 1000], 0);
  return {
    id,
    type,
    secret,
    ...formIn(words, defaults),
    counter: type === 'totp' ? 0 : wholeIn(words.counter, 'counter', [0, Number.MAX_SAFE_INTEGER], 0),
    ...(drifted === 0 ? {} : { drift: drifted }),
    ...(user === undefined ? {} : { user }),
    ...(name === undefined ? {} : { name }),
  };
}

function formIn({ type, algorithm, digits, period }: SeedWords, defaults: SeedDefaults) {
  const seconds = defaults.periodSeconds ?? 30;
  return {
    algorithm: blank(algorithm) ? (defaults.algorithm ?? 'SHA1') : parseHashName(algorithm),
    digits: wholeIn(digits, 'number of digits', [6, 10], defaults.digits ?? 6),
    periodSeconds: type === 'hotp' ? seconds : wholeIn(period, 'period', [1, 3600], seconds),
  };
}

function wholeIn(text: string | undefined, what: string, limits: readonly [number, number], absent: number): number {
  return blank(text) ? absent : parseWhole(text, what, ...limits);
}

/** What is odd about a secret but no reason to refuse it (RFC 4226 §4 R6 demands 128 bits; many phone apps came with 80). */
export function warningsAbout(secret: Uint8Array): readonly string[] {
  return secret.length < 16 ? ['the secret is shorter than the 16 bytes that RFC 4226 demands'] : [];
}

const hashNames: ReadonlyMap<string, HashName> = new Map([
  ['SHA1', 'SHA1'],
  ['SHA256', 'SHA256'],
  ['SHA512', 'SHA512'],
]);

/** The hash that files call `SHA1`, `sha-256`, `HmacSHA512`, `HMAC-SHA1` and the like. @throws Problem 'property-invalid' */
export function parseHashName(text: string): HashName {
  const bare = text.toUpperCase().replaceAll(/[-_ ]/g, '').replace(/^HMAC/, '');
  const hash = hashNames.get(bare);
  if (hash === undefined) throw new Problem('property-invalid', 'the hash is none of SHA1, SHA256 and SHA512');
  return hash;
}

/** A whole number within its limits. `what` names it in the sentence. @throws Problem 'property-invalid' */
export function parseWhole(text: string, what: string, min: number, max: number): number {
  const value = /^-?[0-9]{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value === 0 ? 0 : value;
  throw new Problem('property-invalid', `the ${what} is not a whole number from ${min} to ${max}`);
}

function blank(text: string | undefined): text is undefined | '' {
  return text === undefined || text.trim() === '';
}

function wordsOf(text: string | undefined, what: string, limit: number): string | undefined {
  if (blank(text)) return undefined;
  const words = text.trim();
  if (words.length > limit) throw new Problem('property-invalid', `the ${what} is longer than ${limit} characters`);
  // Control characters and unpaired surrogates would break the log lines and listings that the text ends up in.
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(words)) {
    throw new Problem('property-invalid', `the ${what} has a character that cannot be shown`);
  }
  return words;
}
