import type { Ending } from '../../authenticators/order-type.ts';
import type { Problem } from '../../core/problem.ts';
import type { FinalState } from '../../core/transaction.ts';
import { statusOf } from './wire.ts';

/** How an identification that failed is told: whether Freja has said so, and the page’s word for it. */
function failed(word: string): Ending {
  // `code-<n>`, `http-<n>`: Freja has refused to tell more.
  if (/^(code|http)-\d+$/.test(word)) return { ...byFreja('ERROR', 'failed'), reason: word };
  if (word === 'no-answer') return transport;
  return { ...byUs('NOT_USABLE'), reason: `local: ${word}` };
}

/** How an identification that proved nobody is told. Total, but for words that are not in Freja’s documents: those have failed. */
export function endingOf(state: Exclude<FinalState, 'approved'>, word: string): Ending {
  if (state === 'failed') return failed(word);
  const vendorStatus = statusOf({ state, word });
  return { ...byFreja(vendorStatus, 'ended'), reason: word === 'expired' ? 'local: timeout' : vendorStatus };
}

/** Nobody answered, or not so that it could be used. */
export const transport: Ending = { ...byUs('NO_ANSWER'), reason: 'local: transport' };

/** The order is gone, or past our own time, or past the page’s patience. */
export const expired: Ending = endingOf('expired', 'expired');

/** What cannot be right, whoever it is; Freja was not asked. */
const invalid: Ending = { status: 'ERROR', shown: {}, message: 'common.input_invalid', canRestart: true };

/** What became of a start that was not taken. */
export function refusedBy({ code, detail, property, recorded }: Problem): Ending {
  if (property === 'userIdentifier') return recorded ? { ...invalid, event: 'failed', reason: 'code-1002' } : invalid;
  if (code === 'already-in-progress') return { ...byFreja('ALREADY_IN_PROGRESS', 'failed'), reason: detail };
  if (code === 'person-unknown') return { ...byFreja('UNKNOWN_USER', 'failed'), reason: detail };
  if (/^code-\d+$/.test(detail))
    return { ...byFreja('ERROR', 'failed'), canRestart: code === 'vendor-fault', reason: detail };
  const isTransport = code === 'vendor-fault' || code === 'vendor-timeout' || code === 'unavailable';
  return isTransport ? transport : { ...byUs('ERROR'), canRestart: false, reason: `local: ${code}` };
}

function byFreja(vendorStatus: string, event: 'failed' | 'ended'): Ending {
  return { status: 'FREJA_ERROR', ...told(vendorStatus), canRestart: true, event };
}

function byUs(vendorStatus: string): Ending {
  return { status: 'ERROR', ...told(vendorStatus), canRestart: true, event: 'failed' };
}

function told(vendorStatus: string): Pick<Ending, 'shown' | 'message'> {
  return { shown: { vendorStatus }, message: `freja.${vendorStatus.toLowerCase()}` };
}
