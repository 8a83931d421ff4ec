import type { Log } from '../core/ports.ts';
import type { Problem } from '../core/problem.ts';

/**
 * Writes one line for a request that failed.
 *
 * With a stack where something of ours is broken; whoever else failed (a service, the store) is told in a sentence, for there may be many.
 */
export function logFault(log: Log, trace: string, { code, detail, cause }: Problem, message: string): void {
  const fields = { trace, problem: code, detail };
  if (code === 'internal') log.error({ ...fields, err: cause }, message);
  else log.error({ ...fields, ...(cause instanceof Error && { cause: sentenceOf(cause) }) }, message);
}

/** What an error says, and what was behind it. */
function sentenceOf(error: Error): string {
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== message ? `${message}: ${sentenceOf(cause)}` : message;
}
