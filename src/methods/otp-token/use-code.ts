import { type Account, accountOf, type CodePurpose, placeOfSeed, type Token } from '../../core/account.ts';
import { afterRightProof, afterWrongProof, isLockedFor, lockedEvent } from '../../core/account-lock.ts';
import type { AttemptPolicy } from '../../core/attempts.ts';
import { parseCode } from '../../core/code.ts';
import { type AuditEvent, coreEvents, type Origin } from '../../core/event.ts';
import type { Claimant } from '../../core/facts.ts';
import { spendCode } from '../../core/issued-code.ts';
import type { Vault } from '../../core/ports.ts';
import type { Outcome } from '../../core/store.ts';
import { tokenEvents } from './events.ts';
import { hotp } from './hotp.ts';
import { matchCode, mostTries, stepAt, triesFor, type Window } from './match.ts';

/** What came of a code. Only `accepted` is a yes; the others differ in the audit log alone. */
export type Verdict = 'accepted' | 'unknown' | 'no-token' | 'wrong' | 'used' | 'locked';

/** One try at a code. Plain data, and the vault. */
export interface Try {
  readonly claimant: Claimant;
  /** As it was typed. */
  readonly typed: string;
  readonly origin: Origin;
  readonly window: Window;
  readonly policy: AttemptPolicy;
  /** A code that was issued for this is accepted, too. */
  readonly issued?: CodePurpose | undefined;
  readonly vault: Vault;
}

type Decision = Outcome<Account, Verdict>;

/**
 * Decides about a code, uses it up or counts the failure, and writes the event: the whole of it one step of the account's history.
 *
 * A person who is unknown or locked costs as much as a wrong code and is told as little.
 */
export function useCode(account: Account | undefined, at: number, attempt: Try): Decision {
  const { claimant, policy } = attempt;
  if (claimant.person === undefined) return refuseUnseen(attempt, 'unknown');
  if (isLockedFor('code', account, at, policy)) return refuseUnseen(attempt, 'locked');
  const usable = Object.entries(account?.tokens ?? {}).filter(([, token]) => isUsable(token, at));
  let verdict: Verdict = usable.length === 0 ? 'no-token' : 'wrong';
  for (const [id, token] of usable) {
    const match = matchIn(token, id, at, attempt);
    if (match?.good) return accept(account ?? {}, id, token, match.counter, at, attempt);
    if (match !== undefined) verdict = 'used';
  }
  spend(
    attempt,
    usable.map(([, token]) => triesFor(token, at, attempt.window)),
  );
  return useIssued(account, at, attempt, verdict);
}

/** No token shows the code: looks at the one that was issued, if those are accepted here, and refuses otherwise. */
function useIssued(account: Account | undefined, at: number, attempt: Try, ofTokens: Verdict): Decision {
  const { issued: purpose, policy } = attempt;
  const spent = purpose === undefined ? undefined : spendCode(account, at, { ...attempt, purpose });
  if (purpose !== undefined && spent?.verdict === 'accepted') {
    const event = { ...whoOf(attempt), type: coreEvents.codeAccepted, subject: purpose };
    return { next: afterRightProof('code', spent.account, policy), events: [event], result: 'accepted' };
  }
  const verdict = spent?.verdict === 'used' || spent?.verdict === 'wrong' ? spent.verdict : ofTokens;
  const wrong = afterWrongProof('code', spent?.account ?? account, at, policy);
  const events = [refusal(attempt, verdict), ...(wrong.isLocked ? [lockedEvent(whoOf(attempt))] : [])];
  return { next: wrong.account, events, result: verdict };
}

/** True when the token may prove something: active, or waiting for its first code and not too late. */
export function isUsable(token: Token, at: number): boolean {
  return (
    token.state === 'active' || (token.state === 'unconfirmed' && at < (token.confirmBy ?? Number.POSITIVE_INFINITY))
  );
}

/** The token after one of its codes was used: that code and all before it are dead. */
export function afterUse(token: Token, counter: number, at: number): Token {
  const { confirmBy: _, ...rest } = token;
  const drift = token.type === 'totp' ? counter - stepAt(token, at) : 0;
  return { ...rest, state: 'active', next: counter + 1, drift, usedAt: at };
}

function matchIn(token: Token, id: string, at: number, { claimant, typed, vault, window }: Try) {
  const place = placeOfSeed(accountOf(claimant.realm, claimant.person?.id ?? ''), id);
  const hmac = vault.hmac(token.algorithm, vault.open(token.secret, place));
  return matchCode(token, parseCode(typed) ?? '', hmac, at, window);
}

function accept(account: Account, id: string, token: Token, counter: number, at: number, attempt: Try): Decision {
  const who = { ...whoOf(attempt), subject: id };
  const events: AuditEvent[] = [{ ...who, type: tokenEvents.accepted }];
  if (token.state === 'unconfirmed') events.push({ ...who, type: tokenEvents.confirmed });
  const used = { ...account, tokens: { ...account.tokens, [id]: afterUse(token, counter, at) } };
  return { next: afterRightProof('code', used, attempt.policy), events, result: 'accepted' };
}

function refuseUnseen(attempt: Try, verdict: Verdict): Decision {
  spend(attempt, []);
  return { events: [refusal(attempt, verdict)], result: verdict };
}

/** Makes the work done up to that of the token that takes most, so that the time tells neither the reason nor the type of the token. */
function spend({ vault, window }: Try, done: readonly number[]): void {
  const hmac = vault.hmac('SHA1', decoySeed);
  const left = mostTries(window) - done.reduce((sum, tries) => sum + tries, 0);
  for (let counter = 0; counter < left; counter += 1) hotp(hmac, counter, 6);
}

const decoySeed = new Uint8Array(20);

function refusal(attempt: Try, reason: Verdict): AuditEvent {
  return { ...whoOf(attempt), type: tokenEvents.refused, reason };
}

/** An unknown name is not written down: people type passwords into the wrong field. */
function whoOf({ claimant, origin }: Try) {
  const user = claimant.person?.id;
  return { ...origin, realm: claimant.realm, ...(user === undefined ? {} : { user }) };
}
