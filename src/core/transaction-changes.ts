import type { AuditEvent, Origin } from './event.ts';
import type { Sealed } from './ports.ts';
import type { Transition } from './store.ts';
import {
  asOf,
  dueIn,
  type FinalState,
  isFinal,
  keptMs,
  type Transaction,
  type TransactionState,
} from './transaction.ts';
import { transactionEvents } from './transaction-events.ts';

/** What a vendor said, in our words. */
export interface Learnt {
  readonly state: TransactionState;
  readonly word: string;
  /** For `approved`: what it said of the person, JSON, sealed. */
  readonly result?: Sealed;
  /** Replaces what the method remembers, sealed. */
  readonly memory?: Sealed;
  /** The vendor did not answer: unless `state` is final, it and the word stay what they were. */
  readonly missed?: boolean;
  /** A word that is not in the vendor’s documents; leaves an event when `word` is new. */
  readonly unknownWord?: string;
}

/** Opens the record; the vendor has taken the order already. */
export function begin(transaction: Transaction, origin: Origin): Transition<Transaction, void> {
  return () => ({
    next: transaction,
    expiresAt: transaction.endsAt + keptMs,
    events: [{ ...about(transaction, origin), type: transactionEvents.opened }],
    result: undefined,
  });
}

/** Writes what time alone has brought about. */
export function settle(origin: Origin): Transition<Transaction, Transaction | undefined> {
  return (current, at) => {
    if (current === undefined) return { result: undefined };
    const now = asOf(current, at);
    return { ...become(current, now, at, origin), result: now };
  };
}

/** Whoever gets `mine` asks the vendor, alone, for at most `leaseMs`; it is the turn that the transaction then tells. */
export function claimTurn(
  { intervalMs, leaseMs }: { readonly intervalMs: number; readonly leaseMs: number },
  origin: Origin,
): Transition<Transaction, { readonly transaction: Transaction | undefined; readonly mine: boolean }> {
  return (current, at) => {
    if (current !== undefined && dueIn(current, at, intervalMs) <= 0) {
      const next = { ...current, turn: current.turn + 1, askedAt: at, askingUntil: at + leaseMs };
      return { next, expiresAt: next.endsAt + keptMs, result: { transaction: next, mine: true } };
    }
    const { result: transaction, ...rest } = settle(origin)(current, at);
    return { ...rest, result: { transaction, mine: false } };
  };
}

/** The turn of whoever asked is over, without an answer. */
export function giveUpTurn(turn: number): Transition<Transaction, void> {
  return (current, at) => {
    if (current === undefined || current.turn !== turn || isFinal(asOf(current, at))) return { result: undefined };
    const { askingUntil: _, ...rest } = current;
    return {
      next: { ...rest, misses: current.misses + 1 },
      expiresAt: current.endsAt + keptMs,
      result: undefined,
    };
  };
}

/**
 * Writes what was learnt. What is final already stays as it is, whoever comes later with what news.
 *
 * `turn`: that of whoever asked. Once somebody else has had a turn, only news of an end counts: all else is old.
 */
export function advance(
  learnt: Learnt,
  origin: Origin,
  turn?: number,
): Transition<Transaction, Transaction | undefined> {
  return (current, at) => {
    if (current === undefined) return { result: undefined };
    const now = asOf(current, at);
    const isOld = turn !== undefined && turn !== now.turn && !isFinal(learnt);
    if (isFinal(now) || isOld) return { ...become(current, now, at, origin), result: now };
    const next = after(now, learnt);
    return { ...become(current, next, at, origin, learnt.unknownWord), result: next };
  };
}

/** Ends a transaction that has not ended yet. `byUs` tells whether this did it. */
export function finish(
  end: { readonly state: FinalState; readonly word: string },
  origin: Origin,
): Transition<Transaction, { readonly transaction: Transaction | undefined; readonly byUs: boolean }> {
  return (current, at) => {
    const byUs = current !== undefined && !isFinal(asOf(current, at));
    const { result: transaction, ...rest } = advance(end, origin)(current, at);
    return { ...rest, result: { transaction, byUs } };
  };
}

function after({ askingUntil: _, ...now }: Transaction, learnt: Learnt): Transaction {
  const { result, memory, missed = false } = learnt;
  const { state, word } = missed && !isFinal(learnt) ? now : learnt;
  return {
    ...now,
    state,
    word,
    misses: missed ? now.misses + 1 : 0,
    ...(memory !== undefined && { memory }),
    ...(state === 'approved' && result !== undefined && { result }),
  };
}

function become(current: Transaction, next: Transaction, at: number, origin: Origin, unknownWord?: string) {
  if (next === current) return {};
  const events: AuditEvent[] = [];
  // Once, not at each poll that finds it unchanged.
  if (unknownWord !== undefined && next.word !== current.word) {
    events.push({ ...about(next, origin), type: transactionEvents.wordUnknown, reason: plain(unknownWord) });
  }
  if (next.state !== current.state && next.state !== 'pending' && next.state !== 'in-progress') {
    events.push({ ...about(next, origin), type: transactionEvents[next.state], reason: plain(next.word) });
  }
  return { next, events, expiresAt: (isFinal(next) ? at : next.endsAt) + keptMs };
}

/** A vendor’s word as it may stand in the log: they are short and of letters; anything else is not repeated. */
function plain(word: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(word) ? word : 'unreadable';
}

function about({ method, realm }: Transaction, origin: Origin) {
  return { ...origin, realm, subject: method };
}
