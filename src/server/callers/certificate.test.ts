import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { expect, it } from 'vitest';
import type { CertificateSettings } from './caller-settings.ts';
import { peerCertificateOf, toFacts } from './certificate-facts.ts';
import { callersOf, refusal, remote } from './fixture-callers.ts';
import { type CertificateWish, certificate } from './fixture-certificates.ts';

async function connection(wish: CertificateWish = {}) {
  const { x509 } = await certificate(wish);
  return { ...remote(), tlsPeer: toFacts(x509) };
}

function callers(settings: CertificateSettings) {
  return callersOf([{ certificate: settings }]);
}

it('names the caller by its common name, or fingerprint where it has none', async () => {
  const named = await connection();
  expect(await callers({ commonName: 'portal' }).prove(named)).toBe('certificate:portal');
  const nameless = await connection({ subject: 'O=Example' });
  const { fingerprint256 } = nameless.tlsPeer;
  expect(await callers({ fingerprint256 }).prove(nameless)).toBe(`certificate:${fingerprint256}`);
});

it('takes a fingerprint with or without colons, in either case', async () => {
  const { x509 } = await certificate();
  const asked = { ...remote(), tlsPeer: toFacts(x509) };
  expect(await callers({ fingerprint256: x509.fingerprint256 }).prove(asked)).toBe('certificate:portal');
  expect(await callers({ fingerprint256: x509.fingerprint256.toLowerCase().replaceAll(':', '') }).prove(asked)).toBe(
    'certificate:portal',
  );
  const other = (await certificate()).x509.fingerprint256;
  await expect(callers({ fingerprint256: other }).prove(asked)).rejects.toMatchObject(refusal('unauthenticated'));
});

it('demands all that the settings name', async () => {
  const asked = await connection({ names: [{ type: 'dns', value: 'portal.example' }] });
  const right = { commonName: 'portal', dnsName: 'Portal.Example', issuerCommonName: 'Test CA' };
  expect(await callers(right).prove(asked)).toBe('certificate:portal');
  for (const wrong of [{ commonName: 'port' }, { dnsName: 'example' }, { issuerCommonName: 'Other CA' }]) {
    await expect(callers({ ...right, ...wrong }).prove(asked)).rejects.toMatchObject(refusal('unauthenticated'));
  }
  await expect(callers(right).prove(remote())).rejects.toMatchObject(refusal('unauthenticated'));
});

it('finds no DNS name inside another name', async () => {
  const tricks: CertificateWish['names'][] = [
    [{ type: 'dns', value: 'x.example, DNS:portal.example' }],
    [{ type: 'url', value: 'https://x/, DNS:portal.example' }],
    [{ type: 'url', value: 'https://x/", DNS:portal.example, URI:"' }],
    [{ type: 'email', value: 'portal.example' }],
    [{ type: 'dn', value: 'CN=x\\, DNS:portal.example' }],
    [{ type: 'dns', value: 'portal.example.evil.example' }],
    [{ type: 'dns', value: 'evil-portal.example' }],
    [{ type: 'dns', value: '*.example' }],
    [{ type: 'dns', value: 'portal.example\0.evil.example' }],
  ];
  for (const names of tricks) {
    const asked = await connection({ names: names ?? [] });
    await expect(callers({ dnsName: 'portal.example' }).prove(asked)).rejects.toMatchObject(refusal('unauthenticated'));
  }
});

it('finds a DNS name beside odd ones', async () => {
  const names: CertificateWish['names'] = [
    { type: 'dn', value: 'CN=x, O="a, b"' },
    { type: 'url', value: 'https://x/?a=b,c' },
    { type: 'ip', value: '192.0.2.1' },
    { type: 'dns', value: 'portal.example' },
  ];
  expect(await callers({ dnsName: 'portal.example' }).prove(await connection({ names }))).toBe('certificate:portal');
});

it('takes no common name from inside another part of the subject, nor one of several', async () => {
  for (const subject of ['O=x\\, CN=portal', [{ O: ['x\nCN=portal'] }], 'CN=other, CN=portal', 'CN=portal, CN=other']) {
    await expect(callers({ commonName: 'portal' }).prove(await connection({ subject }))).rejects.toMatchObject(
      refusal('unauthenticated'),
    );
  }
});

it('writes no common name into the log that could be taken for more', async () => {
  const asked = await connection({
    subject: [{ CN: ['portal\nCN=admin'] }],
    names: [{ type: 'dns', value: 'portal.example' }],
  });
  expect(await callers({ dnsName: 'portal.example' }).prove(asked)).toBe(`certificate:${asked.tlsPeer.fingerprint256}`);
});

it('refuses a certificate that expires while its connection lives', async () => {
  const asked = await connection();
  const { prove, pass } = callers({ commonName: 'portal' });
  pass(86_400);
  expect(await prove(asked)).toBe('certificate:portal');
  pass(1);
  await expect(prove(asked)).rejects.toMatchObject(refusal('unauthenticated'));
});

it('reads a certificate once per connection, and only one that TLS found in order', async () => {
  const [server, trusted, stranger] = await Promise.all([certificate(), ownIssuer('portal'), ownIssuer('stranger')]);
  const sockets: TLSSocket[] = [];
  const listener = createServer(
    { cert: server.pem, key: server.key, ca: [trusted.pem], requestCert: true, rejectUnauthorized: false },
    (socket) => sockets.push(socket),
  );
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const clients = [trusted, stranger, undefined].map((own) => {
    const identity = own === undefined ? {} : { cert: own.pem, key: own.key };
    return tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...identity });
  });
  await expect.poll(() => sockets.length).toBe(3);
  const facts = sockets.map(peerCertificateOf);
  expect(facts.map((found) => found?.commonName).toSorted()).toEqual(['portal', undefined, undefined]);
  expect(sockets.map(peerCertificateOf).every((found, index) => found === facts[index])).toBe(true);
  for (const client of clients) client.destroy();
  listener.close();
});

/** A certificate that vouches for itself, valid now by this machine's clock, which TLS goes by. */
function ownIssuer(name: string) {
  const now = Date.now();
  return certificate({ subject: `CN=${name}`, issuer: `CN=${name}`, from: now - 60_000, to: now + 3_600_000 });
}
