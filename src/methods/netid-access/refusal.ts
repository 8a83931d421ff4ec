import { Problem } from '../../core/problem.ts';
import { meaningOf } from './wire.ts';

/** How soon a start that met a temporary fault may be tried again. Our choice. */
const retryAfterSeconds = 2;

/**
 * What becomes of a start that the server refused with this word.
 *
 * `property` is the one that the caller said whom to ask by; undefined when it named nobody: then it cannot be its fault.
 */
export function problemOf(refusal: string, property: string | undefined): Problem {
  const code = meaningOf(refusal)?.atStart ?? 'vendor-fault';
  if (code === 'property-invalid') {
    if (property === undefined) return new Problem('vendor-fault', refusal);
    return new Problem(code, 'the identification service does not take it', { property });
  }
  return new Problem(code, refusal, code === 'unavailable' ? { retryAfterSeconds } : {});
}
