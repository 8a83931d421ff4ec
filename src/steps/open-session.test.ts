import { expect, it } from 'vitest';
import { openSession } from './open-session.ts';

it('lasts ten minutes unless told otherwise', () => {
  expect(openSession.config.parse({})).toEqual({ lifetimeSeconds: 600, sliding: false, method: 'otp' });
});

it('cannot last for ever, nor no time at all', () => {
  for (const lifetimeSeconds of [0, -1, 2_592_001, 1.5]) {
    expect(openSession.config.safeParse({ lifetimeSeconds }).success).toBe(false);
  }
});
