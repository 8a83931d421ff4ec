import { accountOf, type Passkey } from '../../core/account.ts';
import type { EventType } from '../../core/event.ts';
import { record } from '../../core/pipeline.ts';
import type { Ports, Sealed } from '../../core/ports.ts';
import { Problem, type ProblemCode } from '../../core/problem.ts';
import type { PushBackend } from '../../core/push.ts';
import { realmOf } from '../../core/realm.ts';
import type { Transition } from '../../core/store.ts';
import { asOf, isFinal, type Transaction, transactionIdLength, transactionOf } from '../../core/transaction.ts';
import { advance } from '../../core/transaction-changes.ts';
import { open, seal } from '../../core/transaction-secrets.ts';
import { type Assignment, answerText, decisions, isSigned, method, type Said, type Standing } from './assignment.ts';
import type { SignedBy } from './device-request.ts';
import { afterAnswer, eventOf } from './devices.ts';
import { pushEvents } from './events.ts';
import { lineOf, liveIn, takeOff } from './line.ts';
import { endings } from './wire.ts';

/** What answering needs. */
export type AnswerPorts = Pick<Ports, 'store' | 'vault' | 'clock' | 'realms'> & { readonly backend: PushBackend };

/** The assignment as it stands, for a device of the person it is for. @throws Problem 'assignment-gone' whatever the reason */
export async function standingFor(
  id: string,
  { realm, user, account }: Pick<SignedBy, 'realm' | 'user' | 'account'>,
  { store, vault, clock }: AnswerPorts,
): Promise<Standing & { readonly transaction: Transaction }> {
  if (account.pushPausedAt !== undefined) throw new Problem('assignment-gone', 'paused');
  const line = await store.read(lineOf(realm, user));
  const isLive = id.length === transactionIdLength && liveIn(line, clock.now())?.id === id;
  const transaction = isLive ? await store.read(transactionOf(id)) : undefined;
  if (transaction?.method !== method || transaction.realm !== realm) throw new Problem('assignment-gone');
  if (isFinal(asOf(transaction, clock.now()))) throw new Problem('assignment-gone');
  const assignment = open(transaction.memory, id, 'memory', vault) as Assignment;
  if (assignment.person !== user) throw new Problem('assignment-gone');
  return { id, transaction, assignment };
}

/**
 * Takes an answer: what was signed must be the assignment as the server keeps it, and nobody may have answered before. A yes counts only
 * while the directory knows the person; when it cannot be asked, nothing is decided, and the device may answer again.
 *
 * Returns what the device is told.
 *
 * @throws Problem 'assignment-gone', 'answer-refused', 'passkey-required', 'passkey-refused', 'device-unknown', 'property-missing', 'property-invalid', 'unavailable'
 */
export async function takeAnswer(
  by: SignedBy,
  input: Readonly<Record<string, string | undefined>>,
  ports: AnswerPorts,
): Promise<string> {
  const said = readAnswer(input);
  const standing = await standingFor(input['assignment'] ?? '', by, ports);
  if (!isSigned(standing, { id: by.id, key: by.device.key }, said, ports.backend.keys)) {
    throw await refused('answer-refused', 'signature', by, ports);
  }
  const { number, passkey: demandsPasskey } = standing.assignment;
  const isApproval = said.decision === 'approve';
  if (isApproval && number !== undefined && said.number === '') {
    throw new Problem('property-missing', 'the number that is shown where the person signs in', { property: 'number' });
  }
  const passkey = isApproval && demandsPasskey ? await usePasskey(by, standing, said, input, ports) : undefined;
  // The key outlives a person whom a directory has let go; their yes is worth nothing from then on.
  if (isApproval && (await realmOf(ports.realms, by.realm).find(by.user)) === undefined) {
    throw await refused('assignment-gone', 'person-unknown', by, ports);
  }
  const isWrong = isApproval && number !== undefined && !ports.vault.equal(said.number, number);
  const ending = isWrong ? 'wrong-number' : said.decision;
  await end(standing, ending, { by, passkey }, ports);
  return endings[ending].outcome;
}

function readAnswer(input: Readonly<Record<string, string | undefined>>): Said {
  const { decision: written, number = '', signature = '' } = input;
  const decision = decisions.find((known) => known === written);
  if (decision === undefined) {
    throw new Problem('property-invalid', `must be ${decisions.join(', ')}`, { property: 'decision' });
  }
  if (!/^(\d{3})?$/.test(number)) throw new Problem('property-invalid', 'must be three digits', { property: 'number' });
  return { decision, number, signature };
}

/** The passkey, which must have been used for this very answer: its challenge is the hash of what was signed. */
async function usePasskey(
  by: SignedBy,
  standing: Standing,
  said: Said,
  input: Readonly<Record<string, string | undefined>>,
  ports: AnswerPorts,
): Promise<Passkey> {
  const { passkey } = by.device;
  const credential = input['credential'] ?? '';
  if (passkey === undefined || credential === '') throw new Problem('passkey-required');
  const { keys, passkeys } = ports.backend;
  const used = await passkeys.assert(credential, keys.digest(answerText(standing, by.id, said)), passkey);
  if (used === undefined) throw await refused('passkey-refused', 'passkey', by, ports);
  return used;
}

async function refused(code: ProblemCode, reason: string, by: SignedBy, ports: AnswerPorts): Promise<Problem> {
  await record(ports, { ...eventOf(by, pushEvents.answerRefused, by.id), reason });
  return new Problem(code, reason, { recorded: true });
}

/** "Not me" has its event with the pause, which holds whatever becomes of the request. */
const events: Readonly<Record<keyof typeof endings, EventType | undefined>> = {
  approve: pushEvents.approved,
  reject: pushEvents.rejected,
  'not-me': undefined,
  'wrong-number': pushEvents.wrongNumber,
};

/**
 * Three changes, one after the other, each exact by itself: the device must still be one, nobody may have answered before, the line is free.
 *
 * "Not me" pauses first: should we stop between the two, the person is asked no more, and nobody is signed in.
 */
async function end(
  { id }: Standing,
  ending: keyof typeof endings,
  { by, passkey }: { readonly by: SignedBy; readonly passkey: Passkey | undefined },
  { store, vault, backend }: AnswerPorts,
): Promise<void> {
  const isYes = ending === 'approve';
  const answered = { approves: isYes, pauses: ending === 'not-me', passkey };
  await store.change(accountOf(by.realm, by.user), afterAnswer(by, by.id, answered));
  const identity = isYes ? seal({ username: by.user }, id, 'result', vault) : undefined;
  const isFirst = await store.change(transactionOf(id), close(ending, identity, by));
  if (!isFirst) throw new Problem('assignment-gone');
  // What was decided stands; at worst the next request comes too soon.
  await store.change(lineOf(by.realm, by.user), takeOff(id, isYes, backend.policy.budget)).catch(() => undefined);
}

/** Ends the assignment, unless it has ended; tells whether this did it. */
export function close(
  ending: keyof typeof endings,
  result: Sealed | undefined,
  by: Pick<SignedBy, 'id' | 'realm' | 'user' | 'origin'>,
): Transition<Transaction, boolean> {
  const { state, word } = endings[ending];
  const type = events[ending];
  const told = type === undefined ? [] : [eventOf(by, type, by.id)];
  return (transaction, at) => {
    const byUs = transaction !== undefined && !isFinal(asOf(transaction, at));
    const learnt = { state, word, ...(result !== undefined && { result }) };
    const { result: _, events: own = [], ...outcome } = advance(learnt, by.origin)(transaction, at);
    return { ...outcome, events: byUs ? [...own, ...told] : own, result: byUs };
  };
}
