import { type Account, accountOf, claimsOf, placeOfSeed, type Token } from '../../core/account.ts';
import type { AccountOwner } from '../../core/account-lock.ts';
import { parseCode } from '../../core/code.ts';
import type { EventType } from '../../core/event.ts';
import type { Vault } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { Key, Outcome, Transition } from '../../core/store.ts';
import { tokenEvents } from './events.ts';
import { matchCode, matchPair, stepAt } from './match.ts';
import type { TokenSeed } from './seed.ts';
import { afterUse } from './use-code.ts';

/** Whose account is changed, and on whose behalf. */
export type Owner = AccountOwner;

/** How a new token begins. */
export interface Beginning {
  /** Instant until which its first code must come; absent: it is active at once. */
  readonly confirmBy?: number;
  /** At most this many tokens a person. */
  readonly maxTokens: number;
}

type Change<R = void> = Transition<Account, R>;

/** Makes the record of a token from its seed, sealed for this owner. */
export function sealToken(owner: Owner, seed: TokenSeed, vault: Vault): Omit<Token, 'createdAt' | 'state'> {
  return sealFor(accountOf(owner.realm, owner.user), seed, vault);
}

function sealFor(account: Key<Account>, seed: TokenSeed, vault: Vault): ReturnType<typeof sealToken> {
  const { id, type, algorithm, digits, periodSeconds, counter, drift = 0, name } = seed;
  const secret = vault.seal(seed.secret, placeOfSeed(account, id));
  const next = type === 'hotp' ? counter : 0;
  return { type, secret, algorithm, digits, periodSeconds, next, drift, ...(name === undefined ? {} : { name }) };
}

/**
 * Gives a person a token. Those whose first code did not come in time go: they would keep the place of one that is used.
 *
 * @throws Problem 'claim-taken' when the realm has a token with this id; 'limit-reached' when the person has enough
 */
export function addToken(owner: Owner, id: string, token: ReturnType<typeof sealToken>, begin: Beginning): Change {
  return (account, at) => {
    const [tokens, lapsed] = partLapsed(account?.tokens ?? {}, at);
    if (Object.hasOwn(tokens, id)) throw new Problem('claim-taken', `there is a token "${id}" already`);
    if (Object.keys(tokens).length >= begin.maxTokens)
      throw new Problem('limit-reached', `at most ${begin.maxTokens} tokens a person`);
    const start: Token =
      begin.confirmBy === undefined
        ? { ...token, createdAt: at, state: 'active' }
        : { ...token, createdAt: at, state: 'unconfirmed', confirmBy: begin.confirmBy };
    const next = { ...account, tokens: { ...tokens, [id]: start } };
    return {
      next,
      claims: claimsOf(owner.realm, next),
      events: [
        ...lapsed.map((gone) => ({ ...eventFor(owner, gone, tokenEvents.deleted), reason: 'lapsed' })),
        eventFor(owner, id, tokenEvents.enrolled),
      ],
      result: undefined,
    };
  };
}

function partLapsed(tokens: NonNullable<Account['tokens']>, at: number) {
  const entries = Object.entries(tokens);
  const isLapsed = ({ state, confirmBy = Number.POSITIVE_INFINITY }: Token) =>
    state === 'unconfirmed' && at >= confirmBy;
  const left = entries.filter(([, token]) => !isLapsed(token));
  return [Object.fromEntries(left), entries.filter(([, token]) => isLapsed(token)).map(([id]) => id)] as const;
}

/** Keeps a token that belongs to nobody yet, in an account of its own. @throws Problem 'claim-taken' as {@link addToken} */
export function addToStock({ realm, origin }: Owner, seed: TokenSeed, place: Key<Account>, vault: Vault): Change {
  const token = sealFor(place, seed, vault);
  return (account, at) => {
    if (account !== undefined) throw new Problem('claim-taken', `there is a token "${seed.id}" already`);
    const next: Account = { tokens: { [seed.id]: { ...token, createdAt: at, state: 'active' } } };
    const events = [{ ...origin, type: tokenEvents.stocked, realm, subject: seed.id }];
    return { next, claims: claimsOf(realm, next), events, result: undefined };
  };
}

/** Takes a token out of stock, for its owner to be. @throws Problem 'refused' when somebody else was quicker */
export function takeFromStock(id: string): Change {
  return (account) => {
    tokenIn(account, id);
    return { next: null, result: undefined };
  };
}

/** Takes a token from a person, or, with an empty user, out of stock. @throws Problem 'refused' when the person has no such token */
export function deleteToken(owner: Owner, id: string): Change {
  return (account) => {
    tokenIn(account, id);
    const { [id]: _, ...tokens } = account?.tokens ?? {};
    const next = { ...account, tokens };
    return {
      next,
      claims: claimsOf(owner.realm, next),
      events: [eventFor(owner, id, tokenEvents.deleted)],
      result: undefined,
    };
  };
}

/** Switches a token on or off. @throws Problem 'refused' when the person has no such token */
export function switchToken(owner: Owner, id: string, state: 'active' | 'disabled'): Change {
  return (account) => {
    const { confirmBy: _, ...token } = tokenIn(account, id);
    const type = state === 'active' ? tokenEvents.enabled : tokenEvents.disabled;
    return replace(account, id, { ...token, state }, [eventFor(owner, id, type)]);
  };
}

/** Confirms a token by a code it shows, which is thereby used. The result is false, and nothing changes, when the code is wrong. */
export function confirmToken(owner: Owner, id: string, typed: string, vault: Vault): Change<boolean> {
  return (account, at) => {
    const token = tokenIn(account, id);
    const match = matchCode(token, parseCode(typed) ?? '', hmacOf(owner, id, token, vault), at, {
      lookAhead: 20,
      driftSteps: 1,
    });
    if (!match?.good) return { result: false };
    return {
      ...replace(account, id, afterUse(token, match.counter, at), [eventFor(owner, id, tokenEvents.confirmed)]),
      result: true,
    };
  };
}

/** Brings a token back into step by two consecutive codes; only ever forward. The result is false when they are not such a pair. */
export function resyncToken(owner: Owner, id: string, typed: readonly [string, string], vault: Vault): Change<boolean> {
  return (account, at) => {
    const token = tokenIn(account, id);
    const [first, second] = typed.map((code) => parseCode(code) ?? '');
    const hmac = hmacOf(owner, id, token, vault);
    const counter = matchPair(token, first ?? '', second ?? '', hmac, at);
    if (counter === undefined) return { result: false };
    const drift = token.type === 'totp' ? counter + 1 - stepAt(token, at) : 0;
    const after = { ...token, next: counter + 2, drift };
    return { ...replace(account, id, after, [eventFor(owner, id, tokenEvents.resynchronised)]), result: true };
  };
}

function hmacOf({ realm, user }: Owner, id: string, token: Token, vault: Vault) {
  return vault.hmac(token.algorithm, vault.open(token.secret, placeOfSeed(accountOf(realm, user), id)));
}

function tokenIn(account: Account | undefined, id: string): Token {
  const tokens = account?.tokens ?? {};
  const token = Object.hasOwn(tokens, id) ? tokens[id] : undefined;
  // Does not repeat the id: callers put what they like there, and the detail is logged.
  if (token === undefined) throw new Problem('refused', 'the person has no such token');
  return token;
}

function replace(
  account: Account | undefined,
  id: string,
  token: Token,
  events: Outcome<Account, void>['events'] = [],
) {
  return { next: { ...account, tokens: { ...account?.tokens, [id]: token } }, events, result: undefined };
}

function eventFor({ realm, user, origin }: Owner, subject: string, type: EventType) {
  return { ...origin, type, realm, ...(user === '' ? {} : { user }), subject };
}
