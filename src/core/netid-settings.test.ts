import { expect, it } from 'vitest';
import { netIdSchema } from './netid-settings.ts';

const url = 'https://netid.example.org/nias/ServiceServer.asmx';

it('needs an address and nothing else', () => {
  expect(netIdSchema.parse({ url })).toEqual({
    url,
    soap: '1.1',
    tls: {},
    timeoutMs: 10_000,
    intervalMs: 1000,
    lifetimeSeconds: 120,
    misses: 3,
    personalNumbers: 'twelve-digits',
    startLink: 'netid:///',
    certificate: { required: false, skewSeconds: 60 },
  });
});

it.each([
  ['an address without TLS', { url: 'http://netid.example.org/nias/ServiceServer.asmx' }],
  ['a secret in the address', { url: 'https://a:b@netid.example.org/nias' }],
  ['a query in the address', { url: `${url}?wsdl` }],
  ['a version of SOAP that is none', { url, soap: '2.0' }],
  ['a picture that is no PNG', { url, caller: { name: 'a', image: 'R0lGODlh' } }],
  ['a picture that is too large', { url, caller: { name: 'a', image: `iVBORw0KGgo${'A'.repeat(21_848)}` } }],
  ['a form of signature that is none', { url, caller: { name: 'a', format: 'raw-1' } }],
  ['a link without a scheme', { url, startLink: '///' }],
  ['half of an identity', { url, tls: { cert: 'a' } }],
  ['an unknown setting', { url, endUserInfo: 'a' }],
])('refuses %s', (_, settings) => {
  expect(netIdSchema.safeParse(settings).success).toBe(false);
});
