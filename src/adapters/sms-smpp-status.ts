import type { Sending } from './messages-gateway.ts';

const refusals: ReadonlyMap<number, Extract<Sending, { readonly outcome: 'refused' }>['reason']> = new Map([
  [0x01, 'content'],
  [0x08, 'unavailable'],
  [0x0b, 'invalid-recipient'],
  [0x0d, 'auth'],
  [0x0e, 'auth'],
  [0x0f, 'auth'],
  [0x14, 'throttled'],
  [0x50, 'invalid-recipient'],
  [0x51, 'invalid-recipient'],
  [0x58, 'throttled'],
  [0xff, 'unavailable'],
]);

/** What a command_status other than zero means: SMPP 3.4 §5.1.3. */
export function fromStatus(status: number): Sending {
  return { outcome: 'refused', reason: refusals.get(status) ?? 'other', code: `0x${status.toString(16)}` };
}
