import { createHash } from 'node:crypto';
import type { Policy, TokenLine } from './history.ts';

/** How many people there are of each sort. */
export interface CrowdSize {
  readonly hotp: number;
  readonly totp: number;
  readonly issued: number;
  readonly signers: number;
  readonly approvers: number;
  readonly guessed: number;
  readonly strict: number;
}

/** Somebody the servers know, with the token if there is one. */
export interface Person {
  readonly realm: Realm;
  readonly user: string;
  readonly token?: TokenLine;
}

/** Everybody, by what is asked about them. */
export type Crowd = Readonly<Record<keyof CrowdSize, readonly Person[]>>;

/** Nobody is locked in `open`; locks of `guessed` end soon, those of `strict` never. A tenant has the name of its realm. */
export type Realm = 'open' | 'guessed' | 'strict';

/** What the realms are configured with. */
export const policies: Readonly<Record<Realm, Policy>> = {
  open: { limit: 1_000_000, windowSeconds: 1, lockSeconds: 1, maxLockSeconds: 1, hard: false },
  guessed: { limit: 5, windowSeconds: 1800, lockSeconds: 2, maxLockSeconds: 8, hard: false },
  strict: { limit: 5, windowSeconds: 604_800, lockSeconds: 900, maxLockSeconds: 86_400, hard: true },
};

const sorts: Readonly<Record<keyof CrowdSize, readonly [Realm, 'hotp' | 'totp' | undefined]>> = {
  hotp: ['open', 'hotp'],
  totp: ['open', 'totp'],
  issued: ['open', undefined],
  signers: ['open', 'hotp'],
  approvers: ['open', undefined],
  guessed: ['guessed', 'hotp'],
  strict: ['strict', 'hotp'],
};

/** Eight digits, so that a wrong code is a right one by chance as good as never. */
const digits = 8;

/** The shortest steps that a token may have: the more codes there are in a run. */
const periodSeconds = 5;

/** People whose tokens follow from the seed of the run. */
export function createCrowd(size: CrowdSize, seed: number): Crowd {
  const people = (sort: keyof CrowdSize): readonly Person[] =>
    Array.from({ length: size[sort] }, (_, index) => {
      const [realm, type] = sorts[sort];
      const user = `${sort}-${String(index).padStart(4, '0')}`;
      return type === undefined ? { realm, user } : { realm, user, token: tokenOf(realm, user, type, seed) };
    });
  return {
    hotp: people('hotp'),
    totp: people('totp'),
    issued: people('issued'),
    signers: people('signers'),
    approvers: people('approvers'),
    guessed: people('guessed'),
    strict: people('strict'),
  };
}

function tokenOf(realm: Realm, user: string, type: 'hotp' | 'totp', seed: number): TokenLine {
  const secret = createHash('sha1').update(`portvakt prove ${seed} ${user}`).digest('hex');
  return { kind: 'token', realm, user, id: `token-of-${user}`, type, secret, digits, periodSeconds };
}

/** The people of a realm as the configuration has them. */
export function toConfigured(crowd: Crowd, realm: Realm): object {
  const all = Object.values(crowd)
    .flat()
    .filter((person) => person.realm === realm);
  return Object.fromEntries(
    all.map(({ user, token }) => [user, { tokens: token === undefined ? [] : [toSettings(token)] }]),
  );
}

function toSettings({ id, type, secret, digits, periodSeconds }: TokenLine): object {
  const form = { type, id, secret: toBase32(Buffer.from(secret, 'hex')), digits };
  return type === 'totp' ? { ...form, periodSeconds } : form;
}

/** RFC 4648 §6, without padding; for lengths that need none. */
function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join('');
}
