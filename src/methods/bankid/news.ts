import type { Transaction } from '../../core/transaction.ts';
import type { News } from '../../core/transaction-run.ts';
import type { Collected, Completion } from './answers.ts';
import { type errorCodes, failedHints, type OwnEnd, own, pendingHints, unknownPending } from './wire.ts';

/** How an order stood when it was asked about. */
export type Before = Pick<Transaction, 'state' | 'word' | 'misses'>;

/** What an answer that is not a completed order makes of a transaction. `mostMisses`: how many in a row may stay without effect. */
export function newsOf(
  collected: Exclude<Collected, { status: 'complete' }>,
  before: Before,
  mostMisses: number,
): News {
  if (collected === 'missed') return missed(before, mostMisses, 'noAnswer');
  if ('error' in collected) return newsOfError(collected.error, before, mostMisses);
  if ('unknownError' in collected) return { ...ended('unknownError'), unknownWord: collected.unknownError };
  if ('unknownStatus' in collected) return { ...ended('unknownStatus'), unknownWord: collected.unknownStatus };
  return collected.status === 'pending' ? newsOfPending(collected.hint) : newsOfFailed(collected.hint);
}

/** What a completed order makes of a transaction once everything about it was found right. */
export function approvedBy({ user, device, stepUp, ...rest }: Completion): News {
  const { personalNumber, name, givenName, surname } = user;
  const { signature, ocspResponse, bankIdIssueDate, risk } = rest;
  const optional = {
    deviceAddress: device?.ipAddress,
    deviceUhi: device?.uhi,
    bankIdIssueDate,
    risk: risk ?? undefined,
    mrtd: stepUp?.mrtd === true ? 'true' : undefined,
  };
  const known = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const result = { personalNumber, name, givenName, surName: surname, signature, ocspResponse };
  return { state: 'approved', word: 'complete', result: { ...result, ...Object.fromEntries(known) } };
}

/** An end that only we have a word for. */
export function ended(word: OwnEnd): News {
  return { state: 'failed', word };
}

/** Nobody answered, or not so that it could be used: that changes nothing until it has happened too often in a row. */
export function missed(
  { state, word, misses }: Before,
  most: number,
  end: 'noAnswer' | 'maintenance' | 'tooManyRequests',
): News {
  return misses < most ? { state, word, missed: true } : { state: 'failed', word: end, missed: true };
}

function newsOfError(code: keyof typeof errorCodes, before: Before, mostMisses: number): News {
  if (code === 'maintenance' || code === 'tooManyRequests') return missed(before, mostMisses, code);
  return { state: 'failed', word: code };
}

function newsOfPending(hint: string): News {
  const known = own(pendingHints, hint);
  if (known !== undefined) return { state: known.state, word: hint };
  const { state, word } = unknownPending;
  return { state, word, unknownWord: hint };
}

function newsOfFailed(hint: string): News {
  const known = own(failedHints, hint);
  if (known !== undefined) return { state: known.state, word: hint };
  return { ...ended('unknownFailure'), unknownWord: hint };
}
