import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { expect } from 'vitest';

/** What a device was answered. */
export interface DeviceAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** What a test may do differently from a device that is in order. */
export interface Tampering {
  readonly time?: number;
  readonly nonce?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs in the place of the device. */
  readonly key?: KeyObject;
  /** Sends this body, with the signature of the right one. */
  readonly sent?: string;
  /** Changes the text before it is signed. */
  text?(text: string): string;
}

/** A device written from docs/approval-protocol.md, without any code of the server. */
export interface ApprovalDevice {
  readonly id: string;
  readonly key: KeyObject;
  ask(what: string, body?: object, tampering?: Tampering): Promise<DeviceAnswer>;
  /** Fetches what is pending, as it would be shown. */
  open(): Promise<Record<string, unknown>>;
  /** Answers; `shown` is what it signs, `sent` more of the body. */
  answer(shown: Readonly<Record<string, unknown>>, decision: string, more?: AnswerOptions): Promise<DeviceAnswer>;
  /** The text of an answer. */
  textOf(shown: Readonly<Record<string, unknown>>, decision: string, number?: string): string;
}

interface AnswerOptions {
  readonly number?: string;
  readonly body?: object;
  readonly key?: KeyObject;
  text?(text: string): string;
}

/** A device that the invitation was used for, at the server with this clock. */
export async function enrolDevice(
  url: string,
  clock: { now(): number },
  code: string,
  more: { readonly name?: string; readonly replaces?: string } = {},
): Promise<ApprovalDevice> {
  const applicant = createApplicant(url, clock);
  const { status, body } = await applicant.enrol(code, more);
  expect(status, JSON.stringify(body)).toBe(200);
  return applicant.device(String(body['device']));
}

/** Somebody with a key who is no device yet. */
export function createApplicant(url: string, clock: { now(): number }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = pointOf(publicKey);
  const ask = (id: string, what: string, body: object, tampering?: Tampering) =>
    request({ url, now: clock.now(), id, key: privateKey }, what, body, tampering);
  return {
    privateKey,
    point,
    enrol: (code: string, more: object = {}, tampering?: Tampering) =>
      ask('', 'enroll', { code, key: point, name: 'Telephone', ...more }, tampering),
    device: (id: string): ApprovalDevice =>
      toDevice(id, privateKey, (what, body = {}, how = {}) => ask(id, what, body, how)),
  };
}

function toDevice(id: string, key: KeyObject, ask: ApprovalDevice['ask']): ApprovalDevice {
  const textOf = (shown: Readonly<Record<string, unknown>>, decision: string, number = '') =>
    textFrom('answer', { ...pick(shown), device: id, decision, number });
  return {
    id,
    key,
    ask,
    textOf,
    async open() {
      const { body: pending } = await ask('pending');
      const { status, body } = await ask('fetch', { assignment: pending['assignment'] ?? '' });
      expect(status, JSON.stringify(body)).toBe(200);
      return body;
    },
    answer(shown, decision, { number, body, key: other, text = (same: string) => same } = {}) {
      const signature = signed(text(textOf(shown, decision, number)), other ?? key);
      return ask('answer', {
        assignment: shown['assignment'],
        decision,
        ...(number && { number }),
        signature,
        ...body,
      });
    },
  };
}

const shownNames = [
  'assignment',
  'tenant',
  'asker',
  'person',
  'message',
  'application',
  'place',
  'address',
  'asked',
  'ends',
];

function pick(shown: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(shownNames.map((name) => [name, String(shown[name])]));
}

async function request(
  { url, now, id, key }: { readonly url: string; readonly now: number; readonly id: string; readonly key: KeyObject },
  what: string,
  given: object,
  {
    time = now,
    nonce = newNonce(),
    headers = {},
    key: other = key,
    sent,
    text = (same: string) => same,
  }: Tampering = {},
): Promise<DeviceAnswer> {
  const body = JSON.stringify(given);
  const digest = createHash('sha256').update(body).digest('base64url');
  const right = textFrom('request', { what, device: id, time: String(time), nonce, body: digest });
  const response = await fetch(`${url}/approve/api/${what}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'portvakt-protocol': '1',
      ...(id !== '' && { 'portvakt-device': id }),
      'portvakt-time': String(time),
      'portvakt-nonce': nonce,
      'portvakt-signature': signed(text(right), other),
      ...headers,
    },
    body: sent ?? body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Sixteen random bytes, base64url. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

/** ECDSA over a text, as r and s, base64url. */
export function signed(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** docs/approval-protocol.md, "What is signed". */
export function textFrom(kind: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.byteLength(value)}:${value}\n`);
  return `portvakt-${kind} 1\n${lines.join('')}`;
}

function pointOf(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString(
    'base64url',
  );
}
