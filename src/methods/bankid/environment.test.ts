import { X509Certificate } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../adapters/certificate.ts';
import { readCredentials } from '../../adapters/vendor-credentials.ts';
import { createAuthority } from '../../simulator-kit/authority.ts';
import { environmentFault } from './environment.ts';
import { serverRoots } from './server-roots.ts';

const facts = (pem: string) => factsOf(new X509Certificate(pem));
const named = async (subject: string) => facts((await createAuthority({ name: 'x', subject })).certificatePem);
const issuedBy = async (subject: string) => {
  const authority = await createAuthority({ name: 'x', subject });
  return facts((await authority.issue({ subject: 'CN=Shop, O=Testhuset AB', use: 'client' })).certificatePem);
};

const roots = { test: facts(serverRoots.test.pem), production: facts(serverRoots.production.pem) };
const issued = {
  test: await issuedBy('CN=Testbank A RP CA v1 for BankID Test, O=Testbank A AB (publ)'),
  production: await issuedBy('CN=Some Bank RP CA v1 for BankID, O=Some Bank AB (publ)'),
};
const people = {
  test: await named('CN=Test BankID Root CA v1 Test, O=Finansiell ID-Teknik BID AB'),
  production: await named('CN=BankID Root CA v1, O=Finansiell ID-Teknik BID AB'),
};
const simulated = await named('CN=Simulated BankID SSL Root CA v1');

type World = 'test' | 'production';

/** What is wrong with certificates of these worlds. */
function fault(
  mode: World,
  { server = mode, own = mode, person = mode }: { server?: World; own?: World; person?: World } = {},
) {
  return environmentFault(
    { mode, serverRoots: undefined },
    {
      authorities: [roots[server]],
      certificate: issued[own],
      signatureRoots: [people[person]],
    },
  );
}

describe('the roots that are pinned', () => {
  it('are the ones whose fingerprints BankID’s sample code has', () => {
    for (const mode of ['test', 'production'] as const) {
      expect(roots[mode].fingerprint).toBe(serverRoots[mode].fingerprint);
      expect(roots[mode].notAfter).toBe(
        Date.UTC(2034, 11, 31, 12, mode === 'test' ? 39 : 34, mode === 'test' ? 31 : 7),
      );
    }
  });
});

describe('the certificate that BankID hands out for tests', () => {
  // As it is in the npm package of an independent client.
  const pfx = fileURLToPath(new URL('../cert/FPTestcert5_20240610.p12', import.meta.resolve('bankid')));
  const certificate = readCredentials('x', { pfx, passphrase: 'qwerty123' }).certificate;

  it('is right in the test world, and nowhere else', () => {
    const test = { authorities: [roots.test], certificate, signatureRoots: [people.test] };
    expect(environmentFault({ mode: 'test', serverRoots: undefined }, test)).toBeUndefined();
    const production = { authorities: [roots.production], certificate, signatureRoots: [people.production] };
    const found = environmentFault({ mode: 'production', serverRoots: undefined }, production);
    expect(found).toMatch(/^tls holds a test certificate, issued by "Testbank A RP CA v1 for BankID Test"/);
  });
});

describe('in production', () => {
  it('everything of production is right, whatever the relying party is called', () => {
    expect(fault('production')).toBeUndefined();
  });

  it('nothing of the test world is', () => {
    expect(fault('production', { server: 'test' })).toMatch(/^tls\.ca holds "Test BankID SSL Root CA v1 Test"/);
    expect(fault('production', { own: 'test' })).toMatch(/^tls holds a test certificate, issued by "Testbank A RP CA/);
    expect(fault('production', { person: 'test' })).toMatch(/^proof\.roots holds "Test BankID Root CA v1 Test"/);
  });

  it('nobody but BankID is believed to be BankID, unless by a fingerprint in the settings', () => {
    const environment = {
      authorities: [simulated],
      certificate: issued.production,
      signatureRoots: [people.production],
    };
    const mode = 'production';
    expect(environmentFault({ mode, serverRoots: undefined }, environment)).toMatch(/^tls\.ca holds/);
    expect(environmentFault({ mode, serverRoots: undefined }, { ...environment, authorities: [] })).toMatch(
      /^tls\.ca holds "nothing"/,
    );
    const own = [simulated.fingerprint.toUpperCase().replaceAll(/..(?!$)/g, '$&:')];
    expect(environmentFault({ mode, serverRoots: own }, environment)).toBeUndefined();
    const test = { ...environment, authorities: [roots.test] };
    expect(environmentFault({ mode, serverRoots: [roots.test.fingerprint] }, test)).toMatch(/^tls\.ca holds/);
  });
});

describe('in the test world', () => {
  it('everything of it is right, and so is a simulator', () => {
    expect(fault('test')).toBeUndefined();
    const environment = { authorities: [simulated], certificate: issued.production, signatureRoots: [simulated] };
    expect(environmentFault({ mode: 'test', serverRoots: undefined }, environment)).toBeUndefined();
  });

  it('nothing of production is', () => {
    expect(fault('test', { server: 'production' })).toMatch(/^tls\.ca holds "BankID SSL Root CA v1"/);
    expect(fault('test', { own: 'production' })).toMatch(/^tls holds a certificate of "Some Bank RP CA/);
    expect(fault('test', { person: 'production' })).toMatch(/^proof\.roots holds "BankID Root CA v1"/);
  });
});
