import type { Enrolment } from '../device/enrolment.ts';
import type { AppState } from './state.ts';

/** Something that the person should know, the most pressing first. */
export type Notice =
  | { readonly kind: 'offline' | 'outdated' | 'clock' }
  | { readonly kind: 'paused' | 'revoked'; readonly enrolment: Enrolment }
  | { readonly kind: 'blocked' | 'unasked' | 'unavailable' | 'install' | 'failed' };

/** The server takes clocks that are no further off than this; docs/approval-protocol.md, "Transport". */
export const mostClockOffMs = 120_000;

type Facts = Pick<AppState, 'isOffline' | 'isOutdated' | 'clockAheadMs' | 'enrolments' | 'waking'>;

/** What there is to say about the state of things; about waking only where there is a device to be woken. */
export function noticesFor({ isOffline, isOutdated, clockAheadMs, enrolments, waking }: Facts): readonly Notice[] {
  const live = enrolments.filter(({ key }) => key !== undefined);
  const isClockOff = Math.abs(clockAheadMs) > mostClockOffMs;
  return [
    ...(isOffline ? [{ kind: 'offline' } as const] : []),
    ...(isOutdated ? [{ kind: 'outdated' } as const] : []),
    ...(isClockOff ? [{ kind: 'clock' } as const] : []),
    ...enrolments.filter(({ revokedAt }) => revokedAt !== undefined).map((enrolment) => notice('revoked', enrolment)),
    ...live.filter(({ pausedAt }) => pausedAt !== undefined).map((enrolment) => notice('paused', enrolment)),
    ...wakingNotice(waking, live, isOffline),
  ];
}

function notice(kind: 'paused' | 'revoked', enrolment: Enrolment): Notice {
  return { kind, enrolment };
}

function wakingNotice(waking: AppState['waking'], live: readonly Enrolment[], isOffline: boolean): readonly Notice[] {
  if (live.length === 0 || waking === 'unknown') return [];
  if (waking !== 'ready') return [{ kind: waking }];
  // Without a connection the server cannot be told; that is said already.
  const isKnown = live.every(({ push }) => push === 'active');
  return isKnown || isOffline ? [] : [{ kind: 'failed' }];
}
