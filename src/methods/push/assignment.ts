import type { DeviceKeys } from '../../core/push.ts';
import type { Transaction } from '../../core/transaction.ts';
import { type SignedValues, signedText } from './signed-text.ts';

/** The method, as transactions, steps and events name it. */
export const method = 'push';

/** What a device may say to an assignment. docs/approval-protocol.md, `answer`. */
export const decisions = ['approve', 'reject', 'not-me'] as const;

/** See {@link decisions}. */
export type Decision = (typeof decisions)[number];

/** What an assignment remembers. Nothing in it came from a device. */
export interface Assignment {
  /** User name as the directory spells it; what was asked for, when nobody has that name. */
  readonly person: string;
  /** What the tenant is called. */
  readonly asker: string;
  readonly message: string;
  readonly application: string;
  readonly place: string;
  readonly address: string;
  /** Digits that must be typed to approve. */
  readonly number?: string;
  /** A passkey must be used to approve. */
  readonly passkey: boolean;
}

/** An assignment with the transaction it belongs to. */
export interface Standing {
  readonly id: string;
  readonly transaction: Pick<Transaction, 'tenant' | 'openedAt' | 'endsAt'>;
  readonly assignment: Assignment;
}

/** What a device is shown, and signs. */
export function shownOf({ id, transaction, assignment }: Standing) {
  const { person, asker, message, application, place, address } = assignment;
  const { tenant, openedAt: asked, endsAt: ends } = transaction;
  return { assignment: id, tenant, asker, person, message, application, place, address, asked, ends };
}

/** What a device says. */
export interface Said {
  readonly decision: Decision;
  /** What the person typed; empty when nothing. */
  readonly number: string;
  readonly signature: string;
}

/** The text that an answer must have been signed as: from what the server keeps, not from what the device says it saw. */
export function answerText(standing: Standing, device: string, { decision, number }: Omit<Said, 'signature'>): string {
  const shown = shownOf(standing);
  const values: SignedValues<'answer'> = {
    ...shown,
    asked: String(shown.asked),
    ends: String(shown.ends),
    device,
    decision,
    number,
  };
  return signedText('answer', values);
}

/** True when this key signed this very answer to this very assignment. */
export function isSigned(
  standing: Standing,
  device: { readonly id: string; readonly key: string },
  said: Said,
  keys: Pick<DeviceKeys, 'verify'>,
): boolean {
  return keys.verify(device.key, answerText(standing, device.id, said), said.signature);
}
