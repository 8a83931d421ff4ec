import { createHash, createHmac, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Signer } from '../core/jws.ts';
import { createAuthority, type Issued } from '../simulator-kit/authority.ts';
import { createJwsCheck } from './jws-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'portvakt-jws-'));
afterAll(() => rmSync(folder, { recursive: true }));

const authority = await createAuthority({ name: 'Signers' });
const order = { subject: 'CN=Signing', use: 'signing', algorithm: 'rsa' } as const;
const before = await authority.issue(order);
const after = await authority.issue(order);
const expired = await authority.issue({ ...order, notAfter: new Date(Date.UTC(2026, 1)) });

const x5tOf = ({ certificatePem }: Issued) =>
  createHash('sha1').update(new X509Certificate(certificatePem).raw).digest('base64url');
const base64url = (text: string) => Buffer.from(text).toString('base64url');

function jwsOf(signer: Issued, { header = {}, payload = '{"a":1}', key = signer.keyPem } = {}): string {
  const text = `${base64url(JSON.stringify({ alg: 'RS256', x5t: x5tOf(signer), ...header }))}.${base64url(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

function checkWith(pem: string, more: { check?: (signers: readonly Signer[]) => string | undefined } = {}) {
  const path = join(folder, `${Math.random()}.pem`);
  writeFileSync(path, pem);
  const warnings: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    error: () => {},
    warn: (_: object, text: string) => void warnings.push(text),
  };
  let now = Date.UTC(2026, 10, 22);
  const check = createJwsCheck(
    { name: 'freja.a.jwsCertificates', files: [path], ...more },
    { clock: { now: () => now }, log },
  );
  const replace = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  return {
    verify: check.verify,
    replace,
    warnings,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a signed text', () => {
  it('holds by any certificate of the files', async () => {
    const { verify } = checkWith(`${before.certificatePem}\n${after.certificatePem}`);
    expect(await verify(jwsOf(before))).toEqual({ payload: '{"a":1}' });
    expect(await verify(jwsOf(after, { payload: '{"å":2}' }))).toEqual({ payload: '{"å":2}' });
  });

  const [head = '', , signature = ''] = jwsOf(before).split('.');
  const none = `${base64url(JSON.stringify({ alg: 'none', x5t: x5tOf(before) }))}.${base64url('{"a":1}')}`;
  const shared = `${base64url(JSON.stringify({ alg: 'HS256', x5t: x5tOf(before) }))}.${base64url('{"a":1}')}`;
  const hmac = createHmac('sha256', before.certificatePem).update(shared).digest('base64url');

  it.each([
    ['of another certificate', jwsOf(after), 'jws-signer-unknown'],
    ['by another key', jwsOf(before, { key: after.keyPem }), 'jws-signature'],
    ['that names no certificate', jwsOf(before, { header: { x5t: undefined } }), 'jws-signer-unknown'],
    ['that names a certificate by a list', jwsOf(before, { header: { x5t: [x5tOf(before)] } }), 'jws-signer-unknown'],
    [
      'that brings its own key',
      jwsOf(after, { header: { x5c: [new X509Certificate(after.certificatePem).raw.toString('base64')] } }),
      'jws-signer-unknown',
    ],
    ['that was changed', `${head}.${base64url('{"a":2}')}.${signature}`, 'jws-signature'],
    ['that is not signed', `${none}.`, 'jws-algorithm'],
    ['that says it is not signed, and is', `${none}.${signature}`, 'jws-algorithm'],
    ['signed with the certificate as a secret', `${shared}.${hmac}`, 'jws-algorithm'],
    ['signed with another RSA algorithm', jwsOf(before, { header: { alg: 'PS256' } }), 'jws-algorithm'],
    ['with extensions nobody knows', jwsOf(before, { header: { crit: ['x'], x: 1 } }), 'jws-malformed'],
    ['of two parts', 'a.b', 'jws-malformed'],
    ['of nothing', '', 'jws-malformed'],
  ])('%s is refused', async (_, compact, fault) => {
    const { verify } = checkWith(before.certificatePem);
    expect(await verify(compact)).toEqual({ fault });
  });

  it('by a certificate that has expired is refused', async () => {
    const { verify } = checkWith(expired.certificatePem);
    expect(await verify(jwsOf(expired))).toEqual({ fault: 'jws-signer-not-valid' });
  });
});

describe('the files', () => {
  it('may change while it runs: a new signer counts at once, an old one until the next look', async () => {
    const { verify, replace, pass } = checkWith(before.certificatePem);
    replace(after.certificatePem);
    expect(await verify(jwsOf(after))).toHaveProperty('payload');
    expect(await verify(jwsOf(before))).toEqual({ fault: 'jws-signer-unknown' });
    replace(before.certificatePem);
    expect(await verify(jwsOf(after))).toHaveProperty('payload');
    pass(5000);
    expect(await verify(jwsOf(after))).toEqual({ fault: 'jws-signer-unknown' });
  });

  it('that become unusable leave the earlier ones in force', async () => {
    const { verify, replace, warnings, pass } = checkWith(before.certificatePem);
    replace('nothing');
    pass(5000);
    expect(await verify(jwsOf(before))).toHaveProperty('payload');
    expect(warnings).toEqual(['new certificates of the signer cannot be used; the old ones are kept']);
  });

  it('that cannot be used stop the start, naming the setting', async () => {
    expect(() => checkWith('nothing')).toThrow(/^freja\.a\.jwsCertificates: .* cannot be used/);
    const { certificatePem } = await authority.issue({ ...order, algorithm: 'ec' });
    expect(() => checkWith(certificatePem)).toThrow('not RSA');
    expect(() => checkWith(before.certificatePem, { check: ([one]) => `${one?.subject} is not for us` })).toThrow(
      'freja.a.jwsCertificates: CN=Signing is not for us',
    );
  });
});
