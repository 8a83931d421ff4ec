import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Answer, World } from '../world.ts';

/** A device that a person answers requests on, written from docs/approval-protocol.md. */
export interface Device {
  /** What there is to show of an assignment; undefined when it is not to be had. */
  fetch(assignment: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Says yes or no to what was shown. */
  answer(shown: Readonly<Record<string, string>>, decision: 'approve' | 'reject'): Promise<Answer>;
}

const shownNames = 'assignment tenant asker person message application place address asked ends'.split(' ');

/** Enrols a device with the code of an invitation; undefined when that failed. */
export async function enrolDevice(world: World, code: string): Promise<Device | undefined> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ask = (id: string, what: string, input: Readonly<Record<string, string>>) =>
    askSigned(world, { id, key: privateKey }, what, input);
  const { body } = await ask('', 'enroll', { code, key: pointOf(publicKey), name: 'Telephone' });
  const id = body['device'];
  if (typeof id !== 'string') return undefined;
  return {
    async fetch(assignment) {
      const { status, body: shown } = await ask(id, 'fetch', { assignment });
      return status === 200 ? Object.fromEntries(shownNames.map((name) => [name, String(shown[name])])) : undefined;
    },
    answer(shown, decision) {
      const text = textFrom('answer', { ...shown, device: id, decision, number: '' });
      return ask(id, 'answer', {
        assignment: shown['assignment'] ?? '',
        decision,
        signature: signed(text, privateKey),
      });
    },
  };
}

async function askSigned(
  world: World,
  { id, key }: { readonly id: string; readonly key: KeyObject },
  what: string,
  input: Readonly<Record<string, string>>,
): Promise<Answer> {
  const time = String(Date.now());
  const nonce = randomBytes(16).toString('base64url');
  const body = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
  const headers = {
    'portvakt-protocol': '1',
    ...(id !== '' && { 'portvakt-device': id }),
    'portvakt-time': time,
    'portvakt-nonce': nonce,
    'portvakt-signature': signed(textFrom('request', { what, device: id, time, nonce, body }), key),
  };
  return world.ask('open', `device/${what}`, input, { headers, path: `/approve/api/${what}`, method: 'POST' });
}

/** docs/approval-protocol.md, "What is signed". */
function textFrom(kind: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.byteLength(value)}:${value}\n`);
  return `portvakt-${kind} 1\n${lines.join('')}`;
}

/** ECDSA, r and s, base64url. */
function signed(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

function pointOf(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return Buffer.concat(point).toString('base64url');
}
