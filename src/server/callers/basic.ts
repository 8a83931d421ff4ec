import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Bulkhead } from '../../core/bulkhead.ts';
import { type BasicCredentials, basicText, basicTextOf, parseBasic } from './authorization.ts';
import type { BasicSettings } from './caller-settings.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { share } from './share.ts';
import { nothingShown, type Prover, type Refusal, type Verdict } from './verdict.ts';

/** What checking a password that is configured as a slow hash takes. */
export interface PasswordChecks {
  verifyPassword(hash: string, password: string): Promise<boolean>;
  readonly bulkhead: Bulkhead;
}

interface Account {
  readonly username: string;
  readonly passwordHash: string | undefined;
  readonly verdict: string;
  /** Keyed hash of the credentials that are right; of nothing until a slow hash has said so. */
  expected: Buffer;
}

const wrong: Refusal = { code: 'unauthenticated', detail: 'wrong user name or password' };
const malformed: Refusal = { code: 'unauthenticated', detail: 'malformed Basic credentials' };

const keyedHash = createKeyedHash();

/**
 * Proves by user name and password (RFC 7617), for all of a tenant's callers that use them.
 *
 * A plain password, and one that a slow hash has accepted before, is compared by keyed hash at once. A wrong one costs the
 * same whatever was wrong: one comparison per caller, and one slow hash where any caller has one.
 */
export function createBasicProver(settings: readonly BasicSettings[], checks: PasswordChecks): Prover {
  const accounts = settings.map(toAccount);
  const slow = accounts.filter(({ passwordHash }) => passwordHash !== undefined);
  const underWay = new Map<string, Promise<Verdict>>();

  async function checkSlowly(credentials: BasicCredentials, presented: Buffer): Promise<Verdict> {
    for (const account of candidates(slow, credentials.username)) {
      const { passwordHash = '' } = account;
      const right = await checks.bulkhead.run(() => checks.verifyPassword(passwordHash, credentials.password));
      if (!right || account.username !== credentials.username) continue;
      account.expected = presented;
      return account.verdict;
    }
    return wrong;
  }

  return ({ headers }) => {
    const text = basicTextOf(headers);
    if (text === undefined) return nothingShown;
    const known = find(accounts, keyedHash(text));
    if (known !== undefined) return known;
    const credentials = parseBasic(text);
    if (credentials === undefined) return malformed;
    const presented = keyedHash(basicText(credentials));
    const normal = find(accounts, presented);
    if (normal !== undefined) return normal;
    if (slow.length === 0) return wrong;
    // Many requests with the same credentials, as after a start, are checked once.
    return share(underWay, presented.toString('base64'), () => checkSlowly(credentials, presented));
  };
}

function toAccount({ username, password, passwordHash }: BasicSettings): Account {
  const expected = password === undefined ? randomBytes(32) : keyedHash(basicText({ username, password }));
  return { username: username.normalize('NFC'), passwordHash, verdict: `basic:${username}`, expected };
}

/** Compares with every account, so that the time tells nothing about which one fits. */
function find(accounts: readonly Account[], presented: Buffer): string | undefined {
  let found: string | undefined;
  for (const { expected, verdict } of accounts) if (timingSafeEqual(expected, presented)) found = verdict;
  return found;
}

/** The accounts of that name, made up with others to the same number for every name, so that the time tells no name. */
function candidates(slow: readonly Account[], username: string): readonly Account[] {
  const counts = slow.map(({ username: name }) => slow.filter((other) => other.username === name).length);
  const named = slow.filter((account) => account.username === username);
  const others = slow.filter((account) => account.username !== username);
  return [...named, ...others].slice(0, Math.max(...counts));
}
