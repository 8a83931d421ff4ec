import type { PushOutcome } from '../core/push.ts';

/** What a status means that a service’s own table says nothing of (RFC 9110 §15). */
export function outcomeByClass(status: number, retryAfter: string | undefined, now: number): PushOutcome {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  if (status === 429 || status >= 500) return { outcome: 'retry', ...delay(retryAfter, now) };
  if (status === 401 || status === 403) return { outcome: 'denied', reason: `answered ${status}` };
  return { outcome: 'bug', reason: `answered ${status}` };
}

/** `Retry-After` (RFC 9110 §10.2.3), seconds or a date, as milliseconds. */
export function delay(retryAfter: string | undefined, now: number): { readonly afterMs?: number } {
  if (retryAfter === undefined) return {};
  const ms = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) && ms >= 0 ? { afterMs: ms } : {};
}

/** The first of a header that may be there several times. */
export function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** What went wrong with a connection, without the address, which may be a secret. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const { cause, name } = error;
  const source = 'code' in error ? error : cause;
  const code = typeof source === 'object' && source !== null && 'code' in source ? String(source.code) : name;
  return `failed: ${code}`;
}
