import { describe, expect, it } from 'vitest';
import { frejaSchema } from './freja-settings.ts';

const least = { mode: 'production', tls: { pfx: 'rp.p12', ca: ['root.pem'] }, jwsCertificates: ['jws.pem'] };
const faultOf = (more: object) => frejaSchema.safeParse({ ...least, ...more }).error?.issues[0]?.message;

describe('settings of a Freja connection', () => {
  it('are complete with who we are, whom we believe, and which world it is', () => {
    expect(frejaSchema.parse(least)).toMatchObject({
      context: 'personal',
      contentType: 'application/json',
      unknownUser: 'expire',
      intervalMs: 2000,
      lifetimeSeconds: 125,
    });
  });

  it('need a client certificate, and the authority of the servers', () => {
    expect(faultOf({ tls: { ca: ['root.pem'] } })).toMatch('needs the client certificate');
    expect(faultOf({ tls: { pfx: 'rp.p12' } })).toMatch('needs the client certificate');
    expect(faultOf({ jwsCertificates: [] })).toBeDefined();
  });

  it('do not mix the worlds', () => {
    expect(faultOf({ url: 'https://services.test.frejaeid.com' })).toMatch('of the test world');
    expect(faultOf({ url: 'https://services.test.frejaeid.com', mode: 'test' })).toBeUndefined();
    expect(faultOf({ url: 'https://proxy.example/freja' })).toBeUndefined();
  });

  it('take no address that is not https, nor unknown settings', () => {
    expect(faultOf({ url: 'http://services.prod.frejaeid.com' })).toBeDefined();
    expect(faultOf({ url: 'https://host/path/' })).toBeDefined();
    expect(faultOf({ jwsCertificate: 'x' })).toBeDefined();
  });
});
