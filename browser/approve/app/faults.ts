import { NoConnection, Refusal } from '../device/ask.ts';
import type { Fault } from './state.ts';

const byCode: Readonly<Record<string, Fault>> = {
  'clock-wrong': 'clock',
  'protocol-unsupported': 'outdated',
  'answer-refused': 'changed',
  'passkey-required': 'passkey-required',
  'passkey-refused': 'passkey-refused',
  'property-invalid': 'name',
  'limit-reached': 'limit',
};

/** The fault that words tell of, for whatever was thrown. Errors of the browser come from passkeys only. */
export function faultOf(error: unknown): Fault {
  if (error instanceof NoConnection) return 'no-connection';
  if (error instanceof Refusal) return byCode[error.code] ?? 'unexpected';
  return 'passkey-cancelled';
}

/** Whether the server refused with this code. */
export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof Refusal && error.code === code;
}
