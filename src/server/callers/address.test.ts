import { expect, it } from 'vitest';
import { callersOf, request } from './fixture-callers.ts';

const listen = {
  proxies: { addresses: ['10.0.0.0/8', '2001:db8:1::/48', '127.0.0.1'], verifyHeader: 'SSL_CLIENT_VERIFY' },
};

function addressBehindProxies(forwarded: string | undefined, peer = '10.0.0.1') {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return callersOf([{ open: true }], { listen }).addressOf(request(headers, peer));
}

it('believes no forwarding header of somebody who is no proxy', () => {
  expect(addressBehindProxies('192.0.2.1', '198.51.100.7')).toBe('198.51.100.7');
  expect(callersOf([{ open: true }]).addressOf(request({ 'x-forwarded-for': '192.0.2.1' }, '10.0.0.1'))).toBe(
    '10.0.0.1',
  );
});

it('takes the rightmost address that is no proxy, whatever a client wrote before it', () => {
  expect(addressBehindProxies('192.0.2.1')).toBe('192.0.2.1');
  expect(addressBehindProxies('127.0.0.1, 192.0.2.66, 198.51.100.7, 10.2.3.4, 10.9.9.9')).toBe('198.51.100.7');
  expect(addressBehindProxies('10.0.0.5, 198.51.100.7')).toBe('198.51.100.7');
});

it('takes the farthest proxy where all are proxies, and the nearest where none is named', () => {
  expect(addressBehindProxies('10.0.0.5, 10.0.0.6')).toBe('10.0.0.5');
  expect(addressBehindProxies(undefined)).toBe('10.0.0.1');
});

it('goes no further than the first entry that is no address', () => {
  expect(addressBehindProxies('192.0.2.1, unknown, 10.0.0.6')).toBe('10.0.0.6');
  expect(addressBehindProxies('192.0.2.1, ')).toBe('10.0.0.1');
});

it('reads ports, brackets, zones and IPv4 in IPv6', () => {
  expect(addressBehindProxies('192.0.2.1:4711')).toBe('192.0.2.1');
  expect(addressBehindProxies('[2001:DB8::0:1]:4711, 2001:db8:1::5')).toBe('2001:db8::1');
  expect(addressBehindProxies('192.0.2.1', '::ffff:10.0.0.1')).toBe('192.0.2.1');
  expect(addressBehindProxies(undefined, 'fe80::1%eth0')).toBe('fe80::1');
});

it('does not start with a proxy that is neither address nor network', () => {
  for (const address of ['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129']) {
    const proxies = { addresses: [address], verifyHeader: 'SSL_CLIENT_VERIFY' };
    expect(() => callersOf([{ open: true }], { listen: { proxies } })).toThrow('neither an address nor a network');
  }
});
