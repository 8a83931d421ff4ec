import type { Transaction } from '../../core/transaction.ts';
import type { News } from '../../core/transaction-run.ts';
import { checkResult, type ResultRules } from './check-result.ts';
import type { CollectResult } from './messages.ts';
import { isWord, meaningOf, type OwnWord } from './wire.ts';

/** What the server said of an order: a result, or a word in a SOAP fault. */
export type Collected = { readonly result: CollectResult } | { readonly fault: string };

/** What a transaction remembers. */
export interface Order {
  /** The server’s reference. */
  readonly ref: string;
  /** Whom it was asked for; empty for anybody. */
  readonly asked: string;
}

type Before = Pick<Transaction, 'state' | 'word'>;

/**
 * What an answer to Collect makes of a transaction. A failure counts the same in a fault and as progress; a fault never says yes.
 *
 * `RETRY` changes the word and nothing else. A word that is not in the documents, or none at all, ends it: whoever guesses may guess wrong.
 */
export function newsOf(collected: Collected, before: Before, order: Order, at: number, rules: ResultRules): News {
  const word = 'fault' in collected ? collected.fault : collected.result.progressStatus;
  if (word === undefined) return failed('status-missing');
  const meaning = meaningOf(word);
  if (meaning === undefined) return { state: 'failed', word: isWord(word) ? word : 'UNKNOWN', unknownWord: word };
  if (meaning.state === 'as-before') return { state: before.state, word };
  if (meaning.state !== 'approved') return { state: meaning.state, word };
  if ('fault' in collected) return { state: 'failed', word: 'INTERNAL_ERROR' };
  const checked = checkResult(collected.result, order.asked, at, rules);
  return 'word' in checked ? failed(checked.word) : { state: 'approved', word, result: checked.identity };
}

/**
 * What it makes of a transaction that the server gave no usable answer: nothing, until that has happened `most` times in a row.
 *
 * The third ends it, unless set otherwise; our choice: by then a result may have been collected and lost.
 */
export function newsOfMiss({ state, word, misses }: Before & Pick<Transaction, 'misses'>, most: number): News {
  return misses + 1 < most ? { state, word, missed: true } : { ...failed('no-answer'), missed: true };
}

function failed(word: OwnWord): News {
  return { state: 'failed', word };
}
