import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readTls } from '../../src/server/tls.ts';
import { createAuthority, type Issued } from '../support/authority.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
let site: Awaited<ReturnType<typeof createAuthority>>;
let server: Issued;
beforeAll(async () => {
  site = await createAuthority('Site CA');
  server = await site.issue('server');
});

function files(contents: Readonly<Record<string, string>>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  return (name) => join(folder, name);
}

function put(url: string, client?: Issued): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', tenant: 'vpn' };
    const options = { method: 'PUT', headers, ca: site.cert, agent: false as const, ...client };
    const asked = request(`${url}/api/authentication/otp_token_auth`, options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    asked.on('error', reject).end(JSON.stringify({ username: 'alovelace', otp: '755224' }));
  });
}

const tenants = {
  vpn: {
    operations: ['otp_token_auth'],
    callers: [{ certificate: { commonName: 'portal', issuerCommonName: 'Site CA' } }],
  },
};

describe('a listener with TLS of its own', () => {
  it('lets in whom the site’s authority vouches for, and nobody else', async () => {
    const at = files({ 'cert.pem': server.cert, 'key.pem': server.key, 'ca.pem': site.cert });
    const tls = { cert: at('cert.pem'), key: at('key.pem'), clientCa: [at('ca.pem')] };
    const { url } = await startTestServer(simpleConfig(people, { listen: { port: 0, tls }, tenants }));
    const stranger = await (await createAuthority('Another CA')).issue('portal');
    const forged = await (await createAuthority('Site CA')).issue('portal');
    expect(url).toMatch(/^https:/);
    expect(await put(url)).toBe(401);
    expect(await put(url, stranger)).toBe(401);
    await expect(put(url, forged)).rejects.toThrow();
    expect(await put(url, await site.issue('printer'))).toBe(401);
    expect(await put(url, await site.issue('portal'))).toBe(200);
  });

  it('reads its certificate from PKCS#12 as well', async () => {
    const at = files({ 'cert.pem': server.cert, 'key.pem': server.key, 'ca.pem': site.cert });
    const pack = ['pkcs12', '-export', '-in', at('cert.pem'), '-inkey', at('key.pem'), '-out', at('server.p12')];
    execFileSync('openssl', [...pack, '-passout', 'pass:open'], { stdio: 'ignore' });
    const tls = { pfx: at('server.p12'), passphrase: 'open', clientCa: [at('ca.pem')] };
    const { url } = await startTestServer(simpleConfig(people, { listen: { port: 0, tls }, tenants }));
    expect(await put(url, await site.issue('portal'))).toBe(200);
  });

  it('does not start without the file that it is told of', async () => {
    const tls = { cert: '/nowhere/cert.pem', key: '/nowhere/key.pem', clientCa: ['/nowhere/ca.pem'] };
    const starting = startTestServer(simpleConfig(people, { listen: { port: 0, tls }, tenants }));
    await expect(starting).rejects.toThrow('/nowhere/cert.pem');
  });
});

describe('a fault of the certificate', () => {
  it('is named by its setting, with what to do', async () => {
    const other = await site.issue('other');
    const at = files({ 'cert.pem': server.cert, 'key.pem': server.key, 'other.pem': other.key, 'text.pem': 'hello' });
    const pack = ['pkcs12', '-export', '-in', at('cert.pem'), '-inkey', at('key.pem'), '-out', at('server.p12')];
    execFileSync('openssl', [...pack, '-passout', 'pass:open'], { stdio: 'ignore' });
    const withTls = (tls: object) => readTls({ minVersion: 'TLSv1.2', ...tls });
    expect(() => withTls({ cert: at('cert.pem'), key: at('other.pem') })).toThrow(
      'listen.tls: key is not the key of cert',
    );
    expect(() => withTls({ pfx: at('server.p12'), passphrase: 'wrong' })).toThrow(
      'listen.tls: passphrase does not open',
    );
    expect(() => withTls({ cert: at('text.pem'), key: at('key.pem') })).toThrow(
      'listen.tls: a file is not what it should be',
    );
    expect(() => withTls({ pfx: at('none.p12') })).toThrow('listen.tls.pfx: ');
  });
});
