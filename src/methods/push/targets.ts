import { Problem } from '../../core/problem.ts';
import type { PushTarget } from '../../core/push.ts';

/**
 * How a device says that it is woken; undefined takes it back.
 *
 * Sources: W3C Push API, `PushSubscription`; RFC 8291 §3.1 (65 and 16 bytes); FCM registration tokens have no documented form; APNs device tokens are hexadecimal.
 *
 * @throws Problem 'property-invalid'
 */
export function readTarget(input: Readonly<Record<string, string | undefined>>): PushTarget | undefined {
  const { type, endpoint = '', p256dh = '', auth = '', token = '' } = input;
  if (type === undefined) return undefined;
  if (type === 'web') {
    must('endpoint', 'must be an https address of at most 2000 characters', isEndpoint(endpoint));
    must('p256dh', 'must be 65 bytes, base64url', /^B[A-Za-z0-9_-]{86}$/.test(p256dh));
    must('auth', 'must be 16 bytes, base64url', /^[A-Za-z0-9_-]{22}$/.test(auth));
    return { type, endpoint, p256dh, auth };
  }
  if (type === 'fcm') {
    must('token', 'must be a registration token', /^[\x21-\x7e]{1,4000}$/.test(token));
    return { type, token };
  }
  must('type', 'must be web, fcm or apns', type === 'apns');
  must('token', 'must be hexadecimal', /^([0-9a-fA-F]{2}){8,100}$/.test(token));
  return { type: 'apns', token };
}

function isEndpoint(text: string): boolean {
  return /^https:\/\/[^\s@#]+$/.test(text) && text.length <= 2000;
}

function must(property: string, words: string, holds: boolean): void {
  if (!holds) throw new Problem('property-invalid', words, { property });
}
