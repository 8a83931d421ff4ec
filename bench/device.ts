import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { ask, mustBe } from './load.ts';

/** A device of somebody who approves, as docs/approval-protocol.md has it. */
export interface Device {
  /** A signed request as bytes. */
  request(what: string, body: Readonly<Record<string, string>>): Buffer;
  /** The request by which it approves what it was shown. */
  approve(shown: Readonly<Record<string, unknown>>): Buffer;
}

/** Enrols a device with the code of an invitation. */
export async function enrolDevice(port: number, code: string): Promise<Device> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const answer = await ask(
    port,
    signedRequest('', privateKey, 'enroll', { code, key: pointOf(publicKey), name: 'Bench' }),
  );
  mustBe(200, answer);
  const { device } = JSON.parse(answer.body) as { readonly device: string };
  return {
    request: (what, body) => signedRequest(device, privateKey, what, body),
    approve(shown) {
      const values = Object.fromEntries(shownNames.map((name) => [name, String(shown[name])]));
      const text = textFrom('answer', { ...values, device, decision: 'approve', number: '' });
      const assignment = String(shown['assignment']);
      return signedRequest(device, privateKey, 'answer', {
        assignment,
        decision: 'approve',
        signature: signed(text, privateKey),
      });
    },
  };
}

const shownNames = [
  ...['assignment', 'tenant', 'asker', 'person', 'message'],
  ...['application', 'place', 'address', 'asked', 'ends'],
];

function signedRequest(device: string, key: KeyObject, what: string, given: Readonly<Record<string, string>>): Buffer {
  const body = JSON.stringify(given);
  const time = String(Date.now());
  const nonce = randomBytes(16).toString('base64url');
  const digest = createHash('sha256').update(body).digest('base64url');
  const signature = signed(textFrom('request', { what, device, time, nonce, body: digest }), key);
  const headers = {
    host: 'localhost',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'portvakt-protocol': '1',
    ...(device !== '' && { 'portvakt-device': device }),
    'portvakt-time': time,
    'portvakt-nonce': nonce,
    'portvakt-signature': signature,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST /approve/api/${what} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

function signed(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

function textFrom(kind: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.byteLength(value)}:${value}\n`);
  return `portvakt-${kind} 1\n${lines.join('')}`;
}

function pointOf(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString(
    'base64url',
  );
}
