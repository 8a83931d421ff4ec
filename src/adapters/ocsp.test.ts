import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAuthority } from '../simulator-kit/authority.ts';
import { verifyOcspResponse } from './ocsp.ts';

/** What OpenSSL answers when asked about a certificate: an opinion that is not ours. `status` as its database has it. */
async function answered(status: 'V' | 'R', ...options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-ocsp-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const authority = await createAuthority({ name: 'Authority' });
  const own = await authority.issue({ subject: 'CN=Somebody, O=Örebro', use: 'signing', algorithm: 'rsa' });
  const responder = await authority.issue({ subject: 'CN=Responder', use: 'ocsp', algorithm: 'rsa' });
  const put = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const certificate = new X509Certificate(own.certificatePem);
  const revoked = status === 'R' ? '250101000000Z' : '';
  const index = put(
    'index.txt',
    `${status}\t991231235959Z\t${revoked}\t${certificate.serialNumber}\tunknown\t/CN=Somebody\n`,
  );
  const [ca, user] = [put('ca.pem', authority.certificatePem), put('own.pem', own.certificatePem)];
  const signer = ['-rsigner', put('r.pem', responder.certificatePem), '-rkey', put('r.key', responder.keyPem)];
  const [asked, said] = [join(folder, 'asked.der'), join(folder, 'said.der')];
  const openssl = (...args: readonly string[]) => execFileSync('openssl', ['ocsp', ...args], { stdio: 'ignore' });
  openssl('-issuer', ca, ...options, '-cert', user, '-reqout', asked);
  openssl('-index', index, '-CA', ca, ...signer, '-ndays', '1', '-reqin', asked, '-respout', said);
  const question = {
    certificate,
    issuer: new X509Certificate(authority.certificatePem),
    at: Date.now(),
    maxAgeMs: 60_000,
  };
  return { response: readFileSync(said), question };
}

it.each([['sha1'], ['sha256']])(
  'understands what OpenSSL answers about a good certificate, named by %s',
  async (hash) => {
    const { response, question } = await answered('V', `-${hash}`);
    const nonces: (Uint8Array | undefined)[] = [];
    const acceptsNonce = (nonce: Uint8Array | undefined) => nonces.push(nonce) > 0;
    expect(() => verifyOcspResponse(response, { ...question, acceptsNonce })).not.toThrow();
    expect(nonces).toEqual([expect.any(Uint8Array)]);
    expect(nonces[0]?.length).toBeGreaterThanOrEqual(16);
  },
);

it('understands what OpenSSL answers about a revoked one', async () => {
  const { response, question } = await answered('R', '-no_nonce');
  expect(() => verifyOcspResponse(response, { ...question, acceptsNonce: () => true })).toThrow('revoked');
});

it('refuses an answer of which one byte was changed, wherever it is', async () => {
  const { response, question } = await answered('V', '-no_nonce');
  const accepts = { ...question, acceptsNonce: (nonce: Uint8Array | undefined) => nonce === undefined };
  expect(() => verifyOcspResponse(response, accepts)).not.toThrow();
  const from = response.indexOf(question.certificate.serialNumber, 0, 'hex');
  for (const at of [from, from + 20, from + 40, from + 60, response.length >> 1]) {
    const changed = Buffer.from(response);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => verifyOcspResponse(changed, accepts)).toThrow();
  }
});
