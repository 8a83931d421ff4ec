import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority, type Issued } from '../../test/support/authority.ts';
import type { Log } from '../core/ports.ts';
import { createVendorClient, type VendorClientSettings } from './vendor-client.ts';

const vendor = await createAuthority('Vendor CA');
const bank = await createAuthority('Bank CA');
const server = await vendor.issue('vendor');
const portal = await bank.issue('portal');
/** What the certificates of {@link createAuthority} hold until. */
const end = Date.UTC(2100, 0);
const dayMs = 86_400_000;

function folder(): { at(name: string): string; put(name: string, content: string | Buffer): string } {
  const path = mkdtempSync(join(tmpdir(), 'portvakt-vendor-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const at = (name: string) => join(path, name);
  let written = 1_700_000_000;
  return {
    at,
    put(name, content) {
      writeFileSync(at(name), content);
      // Files written in one tick of the file system's clock differ all the same.
      utimesSync(at(name), written, written++);
      return at(name);
    },
  };
}

function putPair({ put }: ReturnType<typeof folder>, { cert, key }: Issued) {
  return { cert: put('cert.pem', cert), key: put('key.pem', key) };
}

const nameOf = (request: IncomingMessage) => (request.socket as TLSSocket).getPeerCertificate().subject.CN;
const tellName = (request: IncomingMessage, response: ServerResponse) => response.end(nameOf(request));

/** A service over mutual TLS that answers so. */
async function service(answer = tellName, { cert, key } = server, host = '127.0.0.1'): Promise<string> {
  const options = { cert, key, ca: bank.cert, requestCert: true, rejectUnauthorized: true };
  const listener = createServer(options, answer);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listener.closeAllConnections();
    listener.close();
  });
  return `https://${host}:${(listener.address() as AddressInfo).port}/`;
}

function notebook() {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(`${level}: ${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return { log, lines };
}

function client(given: Pick<VendorClientSettings, 'tls'> & Partial<VendorClientSettings>) {
  const { log, lines } = notebook();
  const opened = createVendorClient({ name: 'bankid.default', now: () => 0, ...given }, log);
  onTestFinished(() => opened.close());
  const get = (url: string, timeoutMs = 5000) => opened.request({ method: 'GET', url, timeoutMs });
  return { ...opened, get, lines };
}

describe('a client with a certificate', () => {
  it('shows it, and believes the authority it was told of', async () => {
    const files = folder();
    const { get, identity } = client({ tls: { ...putPair(files, portal), ca: [files.put('ca.pem', vendor.cert)] } });
    expect(await get(await service())).toMatchObject({ status: 200, body: 'portal' });
    expect(identity().certificate).toMatchObject({ subject: [{ type: '2.5.4.3', value: 'portal' }], notAfter: end });
    expect(identity().authorities).toMatchObject([{ subject: [{ type: '2.5.4.3', value: 'Vendor CA' }] }]);
  });

  it('has it from PKCS#12 as well', async () => {
    const files = folder();
    const { cert, key } = putPair(files, portal);
    const pack = [
      'pkcs12',
      '-export',
      '-in',
      cert,
      '-inkey',
      key,
      '-out',
      files.at('own.p12'),
      '-passout',
      'pass:open',
    ];
    execFileSync('openssl', pack, { stdio: 'ignore' });
    const { get, identity } = client({ tls: { pfx: files.at('own.p12'), passphrase: 'open' }, pinned: [vendor.cert] });
    expect(await get(await service())).toMatchObject({ body: 'portal' });
    expect(identity().certificate).toMatchObject({ issuer: [{ type: '2.5.4.3', value: 'Bank CA' }] });
  });

  it('speaks to nobody whom another authority vouches for, not even one of the same name', async () => {
    const { get } = client({ tls: putPair(folder(), portal), pinned: [vendor.cert] });
    for (const name of ['Another CA', 'Vendor CA']) {
      const url = await service(tellName, await (await createAuthority(name)).issue('vendor'));
      await expect(get(url)).rejects.toMatchObject({
        code: 'vendor-fault',
        detail: expect.stringMatching(/CERT|SELF|SIGNATURE/),
      });
    }
  });

  it('speaks to nobody whose certificate is for another host', async () => {
    const { get } = client({ tls: putPair(folder(), portal), pinned: [vendor.cert] });
    const url = await service(tellName, server, 'localhost');
    await expect(get(url)).rejects.toMatchObject({ code: 'vendor-fault', detail: expect.stringContaining('ALTNAME') });
  });

  it('is refused without it', async () => {
    const { get } = client({ tls: {}, pinned: [vendor.cert] });
    await expect(get(await service())).rejects.toMatchObject({ code: 'vendor-fault' });
  });

  it('tells a service that is late from one that breaks off', async () => {
    const { get } = client({ tls: putPair(folder(), portal), pinned: [vendor.cert] });
    const silent = await service(() => undefined as never);
    const rude = await service((request) => request.socket.destroy() as never);
    const trickling = await service((_, response) => response.writeHead(200).write('x') as never);
    await expect(get(silent, 200)).rejects.toMatchObject({ code: 'vendor-timeout' });
    await expect(get(trickling, 200)).rejects.toMatchObject({ code: 'vendor-timeout' });
    await expect(get(rude)).rejects.toMatchObject({ code: 'vendor-fault' });
    await expect(get('https://127.0.0.1:1/')).rejects.toMatchObject({ code: 'vendor-fault' });
  });
});

describe('files that are replaced', () => {
  it('are in use a few seconds later, at the next call', async () => {
    let now = 0;
    const files = folder();
    const { get, lines } = client({ tls: putPair(files, portal), pinned: [vendor.cert], now: () => now });
    const url = await service();
    expect(await get(url)).toMatchObject({ body: 'portal' });
    putPair(files, await bank.issue('portal-2'));
    now = 4999;
    expect(await get(url)).toMatchObject({ body: 'portal' });
    now = 5000;
    expect(await get(url)).toMatchObject({ body: 'portal-2' });
    expect(lines).toEqual([expect.stringContaining('info: new certificates are in use')]);
  });

  it('stay unused as long as they cannot be used', async () => {
    let now = 0;
    const files = folder();
    const next = await bank.issue('portal-2');
    const { get, lines } = client({ tls: putPair(files, portal), pinned: [vendor.cert], now: () => now });
    const url = await service();
    files.put('cert.pem', next.cert);
    now = 10_000;
    expect(await get(url)).toMatchObject({ body: 'portal' });
    now = 20_000;
    expect(await get(url)).toMatchObject({ body: 'portal' });
    expect(lines).toEqual([expect.stringContaining('bankid.default.tls: key is not the key of cert')]);
    files.put('key.pem', next.key);
    now = 30_000;
    expect(await get(url)).toMatchObject({ body: 'portal-2' });
  });

  it('must pass the check of the method too', async () => {
    let now = 0;
    const files = folder();
    const check: VendorClientSettings['check'] = ({ certificate }) =>
      certificate?.subject[0]?.value === 'portal' ? undefined : 'is not ours';
    const { get, lines } = client({ tls: putPair(files, portal), pinned: [vendor.cert], now: () => now, check });
    putPair(files, await bank.issue('other'));
    now = 5000;
    expect(await get(await service())).toMatchObject({ body: 'portal' });
    expect(lines).toEqual([expect.stringContaining('bankid.default: is not ours')]);
    expect(() => client({ tls: putPair(files, server), check })).toThrow('bankid.default: is not ours');
  });
});

describe('a certificate that will expire', () => {
  it('is warned of as the day comes nearer, and no more often', async () => {
    let now = end - 61 * dayMs;
    const { get, lines } = client({ tls: putPair(folder(), portal), pinned: [vendor.cert], now: () => now });
    const url = await service();
    for (const days of [60.5, 60, 45, 30, 29, 7, 6.5, 1, 0, -1]) {
      now = end - days * dayMs;
      await get(url);
    }
    expect(lines.map((line) => line.replace(/ \{.*/, ''))).toEqual([
      'warn: the client certificate expires in 60 days',
      'warn: the client certificate expires in 30 days',
      'warn: the client certificate expires in 7 days',
      'error: the client certificate has expired',
    ]);
  });

  it('is warned of at the start', () => {
    const { lines } = client({ tls: putPair(folder(), portal), now: () => end - 3 * dayMs });
    expect(lines).toEqual([expect.stringContaining('expires in 3 days')]);
  });
});

/** A PKCS#12 file encrypted with 40-bit RC2, as `openssl pkcs12 -export -legacy` makes it; the passphrase is open. */
const oldPkcs12 = [
  'MIIDcgIBAzCCAzgGCSqGSIb3DQEHAaCCAykEggMlMIIDITCCAhcGCSqGSIb3DQEHBqCCAggwggIEAgEAMIIB/QYJKoZIhvcNAQcBMBwGCiqGSIb3DQEMAQ',
  'YwDgQIH73ZqQwA9igCAggAgIIB0Fw2ZOk9jydKYZa9a+691xlTB2S6VC48bEGG3pq5by7e9C2Bp+bsHxc2L67eiPQEBd+MKRjxkjlVmlrCt1xaTZ0dJJ4W',
  '2PrPjgBVJMyAbMFj6PJ1aJXhYE10bWW0tKhyAsHQQx/IMqhJTuAiFdkVsM31IKbr139Q/sh7yOCKgrTuTX4zOvkY4FIUxBLlN2B71xiepdkN9xIRNeQyJP',
  'my6tCdFyI52uCpNELHQbdTA/oy3kNtlBFqXhRsT1h1HxnDgk39Dx3t5Wbs3qobJZC4jkmDtQkgo4Y0CEMIZdCfl1vBMgSK4im1K2uBU9ujFnOL/eD2fzvJ',
  'roGZGS30Ls+EipXNhXnjs2s9JWDVsl9EYUobxgZJsoW0hYeKQBNAM9nYg/5MEgKcSjTgHK4A5demH94M+K7y9XUlqWrXNXpM4Fi8hYjn/Ewex3Cd0+mKSa',
  'Q9gRG1BkcpCxhUVXAs7Rwdel6ly4qL7I0lZa2yHOvuC7zwfxHyuPkCWGAxhmqfI30XtOBTUWBCZB+22ulRbYwnH0d/OZpUF0GTQk+ADF9lEKoO82SNXtan',
  'GDobOtr5e6pth5LdWgyj+BW20JpDziMKCGn6a+wQ7UgFRZfqqC8gkG16MIIBAgYJKoZIhvcNAQcBoIH0BIHxMIHuMIHrBgsqhkiG9w0BDAoBAqCBtDCBsT',
  'AcBgoqhkiG9w0BDAEDMA4ECBNLLPnGGyH2AgIIAASBkG+ilLCL/v7pB14JaC6ELqUYUV5qOOrfy4ex1Zl+Yjs0i12DajnpZzNaHMbCzT/IA8+4WzDq5oop',
  'yKDmXu8s5mztiV8tKMPnFrm3F5pqKQt1rrYb88PtAo5xKc7RFo9ZAsRi8fSRY788HX+aEeynoK24UG5ogc2pBkI5/SmsX51ArPU31Mcd6T+YyicKGPPexj',
  'ElMCMGCSqGSIb3DQEJFTEWBBQLw6t6zUor3f1Hpnt8Tg5uX30KwzAxMCEwCQYFKw4DAhoFAAQUPs8A6e3FAFB7jfwjuiN8c8YJ4fwECCGSWkz3U9DPAgII',
  'AA==',
].join('');

describe('files that cannot be used', () => {
  it.each([
    ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['another curve', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ed25519', () => generateKeyPairSync('ed25519')],
  ])('tell of a key of another type than that of the certificate: %s', (_, makeKey) => {
    const files = folder();
    const { cert } = putPair(files, portal);
    const key = files.put('key.pem', makeKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(() => client({ tls: { cert, key } })).toThrow('bankid.default.tls: key is not the key of cert');
  });

  it.each([
    [
      'a file that is not there',
      { cert: '/nowhere/cert.pem', key: '/nowhere/key.pem' },
      'tls.cert: /nowhere/cert.pem cannot be read (ENOENT)',
    ],
    ['authorities that are not there', { ca: ['/nowhere/ca.pem'] }, 'tls.ca: /nowhere/ca.pem cannot be read'],
  ])('are named: %s', (_, tls, message) => {
    expect(() => client({ tls })).toThrow(`bankid.default.${message}`);
  });

  it('are told apart by what is wrong with them', async () => {
    const files = folder();
    const { cert, key } = putPair(files, portal);
    const pack = [
      'pkcs12',
      '-export',
      '-in',
      cert,
      '-inkey',
      key,
      '-out',
      files.at('own.p12'),
      '-passout',
      'pass:open',
    ];
    execFileSync('openssl', pack, { stdio: 'ignore' });
    const text = files.put('text.pem', 'hello');
    const other = files.put('other.pem', server.key);
    const old = files.put('old.p12', Buffer.from(oldPkcs12, 'base64'));
    const opening = (tls: VendorClientSettings['tls']) => () => client({ tls });
    expect(opening({ cert, key: other })).toThrow('tls: key is not the key of cert');
    expect(opening({ pfx: files.at('own.p12'), passphrase: 'wrong' })).toThrow('tls: passphrase does not open');
    expect(opening({ cert: text, key })).toThrow('tls: a file is not what it should be');
    expect(opening({ pfx: text })).toThrow('tls: a file is not what it should be');
    expect(opening({ ca: [text] })).toThrow(`tls.ca: ${text} cannot be used: there is no certificate`);
    expect(opening({ pfx: old, passphrase: 'open' })).toThrow('openssl pkcs12 -legacy -in old.p12');
  });
});
