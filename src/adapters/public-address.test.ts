import type { lookup } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { createAddressRule, publicLookup } from './public-address.ts';

const rule = createAddressRule([]);

describe('an address', () => {
  it.each(['8.8.8.8', '192.0.3.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:400f::200e'])(
    'on the internet is allowed: %s',
    (address) => {
      expect(rule.allows(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'fe80::1%eth0',
    'localhost',
    '',
  ])('anywhere else is not: %s', (address) => {
    expect(rule.allows(address)).toBe(false);
  });

  it('is allowed in networks of one’s own, and only there', () => {
    const own = createAddressRule(['10.1.2.0/24', '::1']);
    expect(['10.1.2.9', '::1', '10.1.3.9', '::2'].map(own.allows)).toEqual([true, true, false, false]);
  });

  it.each(['10.0.0.0/33', 'example.org', '10.0.0.0/8/8', '10.0.0.0/x'])(
    'of a network that is none stops the start: %s',
    (text) => {
      expect(() => createAddressRule([text])).toThrow('is no address');
    },
  );
});

describe('a name that is connected to', () => {
  const resolving = (...addresses: readonly string[]) =>
    ((_name: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as typeof lookup;
  const look = (all: boolean, ...addresses: readonly string[]) =>
    new Promise((resolve) => {
      publicLookup(rule, resolving(...addresses))('push.example', { all }, (error, found) =>
        resolve(error?.code ?? found),
      );
    });

  it('gives the addresses that were looked at', async () => {
    expect(await look(false, '8.8.8.8')).toBe('8.8.8.8');
    expect(await look(true, '8.8.8.8')).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  it('gives none when one of them is private', async () => {
    expect(await look(true, '8.8.8.8', '127.0.0.1')).toBe('EPRIVATE');
    expect(await look(false, '10.0.0.1')).toBe('EPRIVATE');
    expect(await look(true)).toBe('EPRIVATE');
  });
});
