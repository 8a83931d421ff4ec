import { expect, it } from 'vitest';
import { bankIdSchema } from './bankid-settings.ts';

const tls = { pfx: 'own.p12', passphrase: 'open' };
const proof = { roots: ['root.pem'] };
const parse = (settings: object) => bankIdSchema.safeParse({ mode: 'production', tls, proof, ...settings });
const faults = (settings: object) =>
  parse(settings).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

it('asks for the mode, the certificate and the roots, and has an answer to everything else', () => {
  expect(parse({}).data).toMatchObject({
    intervalMs: 2000,
    timeoutMs: 10_000,
    connectTimeoutMs: 5000,
    misses: 3,
    lifetimeSeconds: 300,
  });
  expect(bankIdSchema.safeParse({}).error?.issues.map(({ path }) => path.join('.'))).toEqual(['mode', 'tls', 'proof']);
  expect(faults({ tls: {} })).toEqual([expect.stringMatching(/^tls needs the certificate/)]);
});

it('tells addresses and policies of the two worlds apart', () => {
  const test = 'https://appapi2.test.bankid.com/rp/v6.0';
  const production = 'https://appapi2.bankid.com/rp/v6.0';
  expect(faults({ url: test })).toEqual([expect.stringMatching(/^url is of the test world/)]);
  expect(faults({ url: production, mode: 'test' })).toEqual([expect.stringMatching(/^url is of the production world/)]);
  expect(faults({ proof: { ...proof, policies: ['1.2.3.4.25'] } })).toEqual([
    expect.stringMatching(/^proof\.policies has policies/),
  ]);
  expect(faults({ url: production })).toBeUndefined();
  expect(faults({ url: test, mode: 'test', proof: { ...proof, policies: ['1.2.3.4.25'] } })).toBeUndefined();
  expect(faults({ url: 'http://127.0.0.1/rp' })).toEqual([expect.stringMatching(/^url must be https/)]);
});

it('knows no setting that is not there', () => {
  expect(faults({ verify: false })).toEqual([expect.stringContaining('verify')]);
});
