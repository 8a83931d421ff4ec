import { type Account, accountOf, type CodePurpose, type IssuedCode } from './account.ts';
import { type AccountOwner, afterRightProof, afterWrongProof, isLockedFor, lockedEvent } from './account-lock.ts';
import type { AttemptPolicy } from './attempts.ts';
import { parseCode } from './code.ts';
import { type AuditEvent, coreEvents, type Origin } from './event.ts';
import type { Claimant } from './facts.ts';
import type { Vault } from './ports.ts';
import type { Outcome, Transition } from './store.ts';

/** What came of an issued code. `none`: there is none, or it has ended; the caller is told of `accepted` and nothing else. */
export type CodeVerdict = 'accepted' | 'unknown' | 'none' | 'wrong' | 'used' | 'other-login' | 'locked';

/** What a new code is like. */
export interface NewCode {
  readonly purpose: CodePurpose;
  readonly code: string;
  readonly endsAt: number;
  /** Wrong answers it survives. */
  readonly retries: number;
  readonly resends: number;
  readonly login?: string;
}

/** An answer to an issued code. */
export interface CodeAnswer {
  readonly purpose: CodePurpose;
  /** As it was typed. */
  readonly typed: string;
  readonly login?: string;
}

/** One answer, with whom it is from and what decides about it. */
export interface CodeTry extends CodeAnswer {
  readonly claimant: Claimant;
  readonly origin: Origin;
  readonly policy: AttemptPolicy;
  readonly vault: Vault;
}

/** Gives a person a code; one given before for the same purpose is worth nothing from now on. False when the person is locked. */
export function issueCode(
  owner: AccountOwner,
  { purpose, code, endsAt, retries, resends, login }: NewCode,
  { policy, vault }: Pick<CodeTry, 'policy' | 'vault'>,
): Transition<Account, boolean> {
  const hash = hashOf(code, owner, purpose, vault);
  return (account, at) => {
    if (isLockedFor('code', account, at, policy)) return refusedToIssue(owner, purpose, 'locked');
    const issued: IssuedCode = { hash, endsAt, retriesLeft: retries, resendsLeft: resends, ...(login && { login }) };
    return put(account, owner, purpose, issued);
  };
}

/** Whether a code may be issued at all. Asked before a message goes out, so that a refused message leaves the code before it good. */
export function mayIssue(
  owner: AccountOwner,
  purpose: CodePurpose,
  { policy }: Pick<CodeTry, 'policy'>,
): Transition<Account, boolean> {
  return (account, at) =>
    isLockedFor('code', account, at, policy) ? refusedToIssue(owner, purpose, 'locked') : { result: true };
}

/** Takes one of the times that a login's code may be sent anew; {@link replaceCode} follows when the message went out. */
export function takeResend(
  owner: AccountOwner,
  { purpose, login }: Pick<NewCode, 'purpose' | 'login'>,
  { policy }: Pick<CodeTry, 'policy'>,
): Transition<Account, boolean> {
  return (account, at) => {
    const old = openCode(account, at, purpose, login);
    if (isLockedFor('code', account, at, policy)) return refusedToIssue(owner, purpose, 'locked');
    if (old === undefined) return refusedToIssue(owner, purpose, 'none');
    if (old.resendsLeft < 1) return refusedToIssue(owner, purpose, 'too-many-resends');
    const codes = { ...account?.codes, [purpose]: { ...old, resendsLeft: old.resendsLeft - 1 } };
    return { next: { ...account, codes }, result: true };
  };
}

/** Puts a new code in the place of a login's, which ends when the old one would have and has no more tries. False when that has ended meanwhile. */
export function replaceCode(
  owner: AccountOwner,
  { purpose, code, login }: Pick<NewCode, 'purpose' | 'code' | 'login'>,
  { vault }: Pick<CodeTry, 'vault'>,
): Transition<Account, boolean> {
  const hash = hashOf(code, owner, purpose, vault);
  return (account, at) => {
    const old = openCode(account, at, purpose, login);
    return old === undefined ? refusedToIssue(owner, purpose, 'none') : put(account, owner, purpose, { ...old, hash });
  };
}

function openCode(account: Account | undefined, at: number, purpose: CodePurpose, login: string | undefined) {
  const code = account?.codes?.[purpose];
  return code === undefined || at >= code.endsAt || code.closed !== undefined || code.login !== login
    ? undefined
    : code;
}

/** Decides about an answer, uses the code up or counts the failure, and writes the event: one step of the account's history. */
export function answerCode(account: Account | undefined, at: number, attempt: CodeTry): Outcome<Account, CodeVerdict> {
  const { claimant, origin, policy, purpose } = attempt;
  const user = claimant.person?.id;
  const who = { ...origin, realm: claimant.realm, ...(user !== undefined && { user }), subject: purpose };
  const refused = (reason: CodeVerdict): AuditEvent => ({ ...who, type: coreEvents.codeRefused, reason });
  const isLocked = isLockedFor('code', account, at, policy);
  // Looked at even then, so that it takes as long.
  const spent = spendCode(isLocked ? undefined : account, at, attempt);
  if (user === undefined || isLocked) {
    const verdict = isLocked ? 'locked' : 'unknown';
    return { events: [refused(verdict)], result: verdict };
  }
  if (spent.verdict === 'accepted') {
    const next = afterRightProof('code', spent.account, policy);
    return { next, events: [{ ...who, type: coreEvents.codeAccepted }], result: 'accepted' };
  }
  const wrong = afterWrongProof('code', spent.account, at, policy);
  const events = [refused(spent.verdict), ...(wrong.isLocked ? [lockedEvent(who)] : [])];
  return { next: wrong.account, events, result: spent.verdict };
}

/** The account after an answer to a code: the code is used up, or has a try less. Neither counts nor forgives failures. */
export function spendCode(
  account: Account | undefined,
  at: number,
  { claimant, purpose, typed, login, vault }: Omit<CodeTry, 'origin' | 'policy'>,
): { readonly account: Account | undefined; readonly verdict: CodeVerdict } {
  const issued = account?.codes?.[purpose];
  const hash = hashOf(
    parseCode(typed) ?? '',
    { realm: claimant.realm, user: claimant.person?.id ?? '' },
    purpose,
    vault,
  );
  const isRight = vault.equal(hash, issued?.hash ?? hash) && issued !== undefined;
  if (issued === undefined || at >= issued.endsAt) return { account, verdict: 'none' };
  if (issued.login !== login) return { account, verdict: 'other-login' };
  if (issued.closed !== undefined) return { account, verdict: isRight && issued.closed === 'used' ? 'used' : 'wrong' };
  const codes = { ...account?.codes, [purpose]: isRight ? { ...issued, closed: 'used' as const } : afterWrong(issued) };
  return { account: { ...account, codes }, verdict: isRight ? 'accepted' : 'wrong' };
}

function afterWrong(issued: IssuedCode): IssuedCode {
  const retriesLeft = issued.retriesLeft - 1;
  return retriesLeft < 0 ? { ...issued, closed: 'wrong' } : { ...issued, retriesLeft };
}

function put(account: Account | undefined, owner: AccountOwner, purpose: CodePurpose, code: IssuedCode) {
  const { origin, realm, user } = owner;
  return {
    next: { ...account, codes: { ...account?.codes, [purpose]: code } },
    events: [{ ...origin, type: coreEvents.codeIssued, realm, user, subject: purpose }],
    result: true,
  };
}

function refusedToIssue({ origin, realm, user }: AccountOwner, subject: CodePurpose, reason: string) {
  return { events: [{ ...origin, type: coreEvents.codeRefused, realm, user, subject, reason }], result: false };
}

/** What is kept of a code: it says nothing of another person's code, nor of one for another purpose. */
function hashOf(code: string, { realm, user }: Omit<AccountOwner, 'origin'>, purpose: CodePurpose, vault: Vault) {
  return vault.keyedHash(code, `${accountOf(realm, user).id}\ncode.${purpose}`);
}
