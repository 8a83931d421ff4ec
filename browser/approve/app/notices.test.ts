import { describe, expect, it } from 'vitest';
import type { Enrolment } from '../device/enrolment.ts';
import { noticesFor } from './notices.ts';

const enrolment: Enrolment = {
  id: 'telephone',
  person: 'wgretzky',
  displayName: 'Wayne Gretzky',
  realm: 'default',
  name: 'Telephone',
  enrolledAt: 0,
  key: {} as CryptoKey,
  push: 'active',
  passkey: 'none',
};
const well = {
  isOffline: false,
  isOutdated: false,
  clockAheadMs: 0,
  enrolments: [enrolment],
  waking: 'ready',
} as const;
const kinds = (facts: Parameters<typeof noticesFor>[0]) => noticesFor(facts).map(({ kind }) => kind);
const { key: _, ...over } = enrolment;

describe('notices', () => {
  it('are none when all is well, and while the browser is still being asked', () => {
    expect(kinds(well)).toEqual([]);
    expect(kinds({ ...well, waking: 'unknown', enrolments: [{ ...enrolment, push: 'none' }] })).toEqual([]);
  });

  it('tell of a clock only beyond what the server takes, to either side', () => {
    for (const [clockAheadMs, told] of [
      [120_000, []],
      [120_001, ['clock']],
      [-120_001, ['clock']],
    ] as const) {
      expect(kinds({ ...well, clockAheadMs })).toEqual(told);
    }
  });

  it('put first what stands in the way of answering', () => {
    const enrolments = [
      { ...over, revokedAt: 1 },
      { ...enrolment, pausedAt: 1 },
    ];
    const all = { isOffline: true, isOutdated: true, clockAheadMs: 1e6, enrolments, waking: 'blocked' } as const;
    expect(kinds(all)).toEqual(['offline', 'outdated', 'clock', 'revoked', 'paused', 'blocked']);
  });

  it('tell of a subscription that the server has lost, unless that cannot be mended now', () => {
    const enrolments = [enrolment, { ...enrolment, push: 'lapsed' as const }];
    expect(kinds({ ...well, enrolments })).toEqual(['failed']);
    expect(kinds({ ...well, enrolments, isOffline: true })).toEqual(['offline']);
  });

  it('speak of notifications only where there is a device to be woken', () => {
    expect(kinds({ ...well, enrolments: [], waking: 'unasked' })).toEqual([]);
    expect(kinds({ ...well, enrolments: [{ ...over, revokedAt: 1 }], waking: 'unasked' })).toEqual(['revoked']);
  });
});
