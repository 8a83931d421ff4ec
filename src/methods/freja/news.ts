import { toBase64 } from '../../core/base64.ts';
import type { JwsCheck, JwsFault } from '../../core/jws.ts';
import type { Transaction } from '../../core/transaction.ts';
import type { News } from '../../core/transaction-run.ts';
import type { ResultAnswer, Said } from './message.ts';
import { checkResult, type Expected } from './result.ts';
import { frejaErrors, type OwnWord, stateOf } from './wire.ts';

/** Where a transaction stood before Freja was asked. */
export type Before = Pick<Transaction, 'state' | 'word' | 'misses'>;

/** What an answer was, word for word, and what was read in it. */
export interface Answered {
  readonly said: Said<ResultAnswer>;
  readonly body: string;
}

/** How results are judged. */
export interface Judging {
  readonly jws: JwsCheck;
  readonly expected: Expected;
  /** Questions in a row without an answer that end a transaction. */
  readonly misses: number;
}

/**
 * What an answer makes of a transaction.
 *
 * A word or a code that is not in the documents ends it: whoever guesses may guess wrong. An answer that cannot be used changes nothing until that
 * has happened several times in a row: results can be read again ("Authentication Services", getResults).
 */
export async function newsOf({ said, body }: Answered, before: Before, judging: Judging): Promise<News> {
  if ('http' in said) return newsOfStatus(said.http, before, judging.misses);
  if ('code' in said) return newsOfCode(said.code, before, judging.misses);
  const { authRef, status, details } = said.content;
  if (authRef !== judging.expected.ref) return failed('reference-mismatch');
  if (status === undefined) return failed('status-missing');
  const state = stateOf(status);
  if (state === undefined) return { ...failed('status-unknown'), unknownWord: status };
  if (state !== 'approved') return { state, word: status };
  return newsOfApproval(details ?? undefined, body, judging);
}

/** What it makes of a transaction that there was no usable answer. */
export function newsOfMiss({ state, word, misses }: Before, most: number): News {
  return misses + 1 < most ? { state, word, missed: true } : { ...failed('no-answer'), missed: true };
}

async function newsOfApproval(details: string | undefined, body: string, { jws, expected }: Judging): Promise<News> {
  if (details === undefined) return failed('details-missing');
  const verdict = await jws.verify(details);
  if ('fault' in verdict) return failed(verdict.fault);
  const checked = checkResult(verdict.payload, expected);
  if ('word' in checked) return failed(checked.word);
  return { state: 'approved', word: 'APPROVED', result: { ...checked.identity, fullResponse: toBase64(body) } };
}

/** Refused, or gone: asking again would not help. Anything else says that the service is in trouble, or not the one that answered. */
function newsOfStatus(status: number, before: Before, most: number): News {
  return [401, 403, 404, 410].includes(status) ? failed(`http-${status}`) : newsOfMiss(before, most);
}

function newsOfCode(code: number, before: Before, most: number): News {
  const known = frejaErrors[code];
  if (known?.isMiss === true) return newsOfMiss(before, most);
  const word = `code-${code}` as const;
  return known === undefined ? { ...failed(word), unknownWord: word } : failed(word);
}

function failed(word: OwnWord | JwsFault | `code-${number}` | `http-${number}`): News {
  return { state: 'failed', word };
}
