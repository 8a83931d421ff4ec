import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { startElksSimulator } from '../../src/methods/otp-sms/simulator/elks.ts';
import { formOf } from '../../src/methods/otp-sms/simulator/provider.ts';
import { createAuthority } from './authority.ts';
import { addition, unicodePassword } from './samba.ts';
import { entryOf, startSlapd, suffix } from './slapd.ts';

/** A change record that adds a person to a domain, whose password is `Secret-of-<name>`. */
export function domainPerson(name: string, attributes: Readonly<Record<string, string>> = {}): string {
  const unicodePwd = unicodePassword(`Secret-of-${name}`);
  return addition(name, 'user', { sAMAccountName: name, userAccountControl: '512', unicodePwd, ...attributes });
}

/** OpenLDAP with these entries and a service account. */
export async function startDirectory(...entries: readonly string[]) {
  const service = entryOf(`cn=portvakt,${suffix}`, {
    objectClass: ['organizationalRole', 'simpleSecurityObject'],
    cn: 'portvakt',
    userPassword: 'secret-of-ldap',
  });
  const slapd = await startSlapd([service, ...entries].join('\n'));
  onTestFinished(slapd.end);
  const url = slapd.secureUrl;
  return {
    url,
    halt: slapd.halt,
    resume: slapd.resume,
    places: { 'ldaps://ldap1.example.org': url, 'ldaps://ldap2.example.org': url },
    secrets: { ldap: 'secret-of-ldap' },
    files: { 'tls/ldap-ca.pem': readFileSync(slapd.ca, 'utf8') },
  };
}

/** 46elks, and the code in the message that it took last. */
export async function startElks() {
  const account = { username: 'u0123456789abcdef', password: 'secret-of-46elks' };
  const provider = await startElksSimulator(account);
  onTestFinished(provider.close);
  return {
    ...provider,
    places: { 'https://api.46elks.com': provider.url },
    secrets: { '46elks': account.password },
    lastCode() {
      const [call] = provider.calls.slice(-1);
      return /\d{6}/.exec((call && formOf(call)['message']) ?? '')?.[0] ?? '';
    },
  };
}

/** A certificate for nginx, and the authority that curl is to trust. */
export async function proxyFiles(host: string) {
  const authority = await createAuthority('Site CA');
  const { cert, key } = await authority.issue(host, host);
  return { 'tls/ca.pem': authority.cert, 'tls/server.pem': cert, 'tls/server.key': key };
}

/** A server that always says the same; gives its host and port. */
export async function startPlain(body: string, type = 'text/plain'): Promise<string> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An authorization server that publishes its key, and an access token that it has issued. */
export async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }] };
  const host = await startPlain(JSON.stringify(keys), 'application/json');
  const token = await new SignJWT({ scope: 'otp', client_id: 'service' })
    .setProtectedHeader({ alg: 'ES256', kid: '1', typ: 'at+jwt' })
    .setIssuer('https://login.example.org')
    .setAudience('portvakt')
    .setSubject('service')
    .setIssuedAt()
    .setJti('1')
    .setExpirationTime('5 minutes')
    .sign(privateKey);
  return { url: `http://${host}/keys`, token: () => token };
}
