import type { Origin } from '../../core/event.ts';
import type { User } from '../../core/facts.ts';
import type { Messages } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { CodeMessageSettings } from './settings.ts';

/** A code and whom it goes to. */
export interface CodeMessage {
  readonly to: string;
  readonly code: string;
  /** How long it is good for, in milliseconds. */
  readonly lastsMs: number;
  readonly tenant: string;
  readonly person: { readonly realm: string; readonly user: string };
  readonly origin: Origin;
}

/** Where the person gets messages. @throws Problem 'message-refused' when the directory does not say */
export function addressOf({ attributes }: User, { by, attribute }: CodeMessageSettings): string {
  const name = attribute ?? (by === 'sms' ? 'mobile' : 'mail');
  const address = Object.hasOwn(attributes, name) ? attributes[name]?.[0] : undefined;
  if (address === undefined || address.trim() === '') throw new Problem('message-refused', `the person has no ${name}`);
  return address;
}

/** Sends a code. @throws Problem 'message-refused' when nobody takes it, or too much was sent */
export async function sendCode(message: CodeMessage, settings: CodeMessageSettings, messages: Messages): Promise<void> {
  const { code, lastsMs, ...about } = message;
  const minutes = String(Math.max(1, Math.round(lastsMs / 60_000)));
  const text = settings.text.replaceAll('{minutes}', minutes).replaceAll('{code}', code);
  const sent = { ...about, text };
  await (settings.by === 'sms' ? messages.sms(sent) : messages.mail({ ...sent, subject: settings.subject }));
}
