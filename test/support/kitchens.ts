import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { startSmppSimulator } from '../../src/methods/otp-sms/simulator/smpp.ts';
import { startSmtpSimulator } from '../../src/methods/otp-sms/simulator/smtp.ts';
import { startTwilioSimulator } from '../../src/methods/otp-sms/simulator/twilio.ts';
import { createAuthority } from './authority.ts';
import { domainPerson, proxyFiles, startDirectory, startElks, startIssuer, startPlain } from './far-sides.ts';
import { addition, domain, startSamba } from './samba.ts';
import { freePort, personEntry } from './slapd.ts';

/** What a recipe needs around it to be tried. */
export interface Kitchen {
  /** Addresses and ports of the configuration → where the test has them. */
  readonly places?: Readonly<Record<string, string>>;
  /** Secrets that somebody else knows, too; all others are made up. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Files in the folder that stands for `/etc/portvakt`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Values to be filled in that no answer holds. */
  readonly values?: Readonly<Record<string, () => string>>;
  /** Words of a script → what happens before it. */
  readonly before?: Readonly<Record<string, (url: string) => unknown>>;
  /** What nginx answers at, and places in its configuration. */
  readonly nginx?: { readonly host: string; readonly port: number; readonly places: Readonly<Record<string, string>> };
}

/** Starts what is around each recipe, by the name of its page; it ends with the test. */
export const kitchens: Readonly<Record<string, () => Promise<Kitchen>>> = {
  async 'active-directory-and-sms'() {
    const samba = await startSamba(
      [
        domainPerson('portvakt'),
        domainPerson('anna', { mobile: '070-174 06 05' }),
        domainPerson('bertil', { mobile: '070-174 06 06' }),
        addition('Sales', 'group', { member: `CN=anna,CN=Users,${domain}` }),
        addition('Portal', 'group', { member: `CN=Sales,CN=Users,${domain}` }),
      ].join('\n'),
    );
    onTestFinished(samba.end);
    const elks = await startElks();
    return {
      places: { 'ldap://dc1.ad.example.test': samba.url, 'ldap://dc2.ad.example.test': samba.url, ...elks.places },
      files: { 'tls/ad-ca.pem': readFileSync(samba.ca, 'utf8') },
      secrets: { ad: 'Secret-of-portvakt', ...elks.secrets },
      values: { otp: elks.lastCode },
    };
  },

  async 'call-in'() {
    const nobody = `ldaps://127.0.0.1:${await freePort()}`;
    const slapd = await startDirectory(
      personEntry('anna', { mobile: '070-174 06 05' }),
      personEntry('bertil', { mobile: '070-174 06 06' }),
      personEntry('cecilia', { mobile: '+46 70 174 06 06' }),
    );
    return { ...slapd, places: { 'ldaps://ldap1.example.org': nobody, 'ldaps://ldap2.example.org': slapd.url } };
  },

  async vpn() {
    const slapd = await startDirectory(
      personEntry('anna', { mobile: '070-174 06 05', employeeType: 'token' }),
      personEntry('bertil', { mobile: '070-174 06 06' }),
    );
    const elks = await startElks();
    const [site, clients] = [await createAuthority('Site CA'), await createAuthority('Example Clients CA')];
    const server = await site.issue('auth.example.org', 'auth.example.org');
    const vpn = await clients.issue('vpn.example.org');
    return {
      places: { ...slapd.places, ...elks.places, 'host: 0.0.0.0': 'host: 127.0.0.1' },
      secrets: { ...slapd.secrets, ...elks.secrets },
      files: {
        ...slapd.files,
        'tls/ca.pem': site.cert,
        'tls/server.pem': server.cert,
        'tls/server.key': server.key,
        'tls/clients-ca.pem': clients.cert,
        'vpn.pem': vpn.cert,
        'vpn.key': vpn.key,
      },
      values: { otp: elks.lastCode },
    };
  },

  'tokens-from-the-old-server': () => startDirectory(personEntry('anna'), personEntry('bertil')),

  async 'several-directories'() {
    const slapd = await startDirectory(personEntry('anna'));
    return { ...slapd, before: { "konrad 'correct horse battery' 1": slapd.halt, 'person add anna': slapd.resume } };
  },

  async 'two-customers'() {
    const slapd = await startDirectory(personEntry('anna'));
    return {
      places: { 'ldaps://ldap.red.example': slapd.url },
      secrets: { red_ldap: 'secret-of-ldap' },
      files: { 'tls/red-ca.pem': slapd.files['tls/ldap-ca.pem'] },
    };
  },

  async 'sms-gateways'() {
    const elks = await startElks();
    const twilio = await startTwilioSimulator({ sid: 'AC0123456789abcdef0123456789abcdef', token: 'secret-of-twilio' });
    const centre = await startSmppSimulator({ systemId: 'example', password: 'secret' });
    onTestFinished(twilio.close);
    onTestFinished(centre.close);
    return {
      places: {
        ...elks.places,
        'https://api.twilio.com': twilio.url,
        'host: smpp.example.org': 'host: 127.0.0.1',
        'port: 2775': `port: ${centre.port}`,
      },
      secrets: { ...elks.secrets, twilio: 'secret-of-twilio', smpp: 'secret' },
      before: {
        '--event message\n': (url) => elks.report('delivered', url),
        "reminders '070-174 06 06'": () => elks.fail({ status: 503 }, { status: 503 }),
        "reminders '070-174 06 07'": () => twilio.fail({ status: 503 }),
      },
    };
  },

  async 'codes-by-mail'() {
    const authority = await createAuthority('Internal CA');
    const account = { username: 'portvakt@example.org', password: 'secret-of-mail' };
    const server = await startSmtpSimulator(account, await authority.issue('mail.example.org'));
    onTestFinished(server.close);
    const lastCode = () => {
      const [, body = ''] = server.mails.at(-1)?.bytes.toString().split('\r\n\r\n') ?? [];
      return /Din kod är (\d{8})\. Den gäller i 15 minuter/.exec(Buffer.from(body, 'base64').toString())?.[1] ?? '';
    };
    return {
      places: { 'host: mail.example.org': 'host: 127.0.0.1', 'port: 587': `port: ${server.port}` },
      secrets: { mail: account.password },
      files: { 'tls/internal-ca.pem': authority.cert },
      env: { NODE_EXTRA_CA_CERTS: '/etc/portvakt/tls/internal-ca.pem' },
      values: { otp: lastCode },
    };
  },

  async 'sessions-and-nginx'() {
    const port = await freePort();
    const intranet = await startPlain('Hello.\n');
    return {
      files: await proxyFiles('intranet.example.org'),
      nginx: {
        host: 'intranet.example.org',
        port,
        places: { 'listen 443 ssl': `listen 127.0.0.1:${port} ssl`, '127.0.0.1:3000': intranet },
      },
    };
  },

  async 'behind-nginx'() {
    const port = await freePort();
    const clients = await createAuthority('Example Clients CA');
    const portal = await clients.issue('portal.example.org');
    const issuer = await startIssuer();
    return {
      places: { 'https://login.example.org/keys': issuer.url, 'port: 9090': 'port: 0' },
      files: {
        ...(await proxyFiles('auth.example.org')),
        'tls/clients-ca.pem': clients.cert,
        'portal.pem': portal.cert,
        'portal.key': portal.key,
      },
      values: { token: issuer.token },
      nginx: { host: 'auth.example.org', port, places: { 'listen 443 ssl': `listen 127.0.0.1:${port} ssl` } },
    };
  },
};
