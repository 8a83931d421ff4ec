import { type Problem, problems } from '../core/problem.ts';

/** Media type of every answer that is not a success (RFC 9457). */
export const problemType = 'application/problem+json';

/**
 * What a caller reads of a problem (RFC 9457). `code` is the outward word.
 *
 * `detail` and `property` are told for faults of the request itself (status 400) only: they speak of what the caller sent, not of anyone.
 */
export function problemBody(
  { code, detail, property }: Pick<Problem, 'code' | 'detail' | 'property'>,
  trace: string,
): string {
  const { status, word, title } = problems[code];
  const told = status === 400 && detail !== '' ? { detail } : {};
  const at = status === 400 && property !== undefined ? { property: property.slice(0, 100) } : {};
  return JSON.stringify({ type: `urn:portvakt:problem:${word}`, title, status, code: word, ...at, ...told, trace });
}
