import { describe, expect, it } from 'vitest';
import { objectionToAuthorities, objectionToSigners } from './worlds.ts';

const authority = (cn: string) => ({
  subject: [{ type: '2.5.4.3', value: cn }],
  issuer: [],
  fingerprint: '',
  notBefore: 0,
  notAfter: 0,
  policies: [],
});
const production = { mode: 'production' } as const;
const test = { mode: 'test' } as const;

describe('production', () => {
  it('believes nothing of the test world', () => {
    expect(
      objectionToAuthorities(production, [authority('Freja eID Root CA v1'), authority('RSA Test Root CA')]),
    ).toMatch('of the test world');
    const signer = { x5t: 'HwMHK_gb3_iuNF1advMtlG0-fUs', subject: 'CN=Renamed' };
    expect(objectionToSigners(production, [signer])).toMatch('of the test world');
    expect(
      objectionToSigners(production, [{ x5t: 'x', subject: 'CN=Freja eID TEST JWS Signing\nC=SE' }]),
    ).toBeDefined();
  });

  it('believes its own', () => {
    expect(objectionToAuthorities(production, [authority('Freja eID Root CA v1')])).toBeUndefined();
    expect(
      objectionToSigners(production, [{ x5t: 'onjnxVgI3oUzWQMLciD7sQZ4mqM', subject: 'CN=Freja eID JWS Signing v3' }]),
    ).toBeUndefined();
  });
});

it('the test world believes whom it is told to', () => {
  expect(objectionToAuthorities(test, [authority('RSA Test Root CA')])).toBeUndefined();
  expect(objectionToSigners(test, [{ x5t: 'x', subject: 'CN=TEST' }])).toBeUndefined();
});
