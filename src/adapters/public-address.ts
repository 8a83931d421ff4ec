import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that nobody on the internet is in: IANA special-purpose registries (RFC 6890 and its updates), and multicast. */
const notPublic4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Within 2000::/3, which alone is public; 6to4 and Teredo carry IPv4 addresses in them. */
const notPublic6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [network, prefix] of notPublic4) blocked.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of notPublic6) blocked.addSubnet(network, prefix, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Tells which addresses may be connected to. */
export interface AddressRule {
  /** True for an IP address on the internet, or in one of the networks of one’s own. */
  allows(address: string): boolean;
}

/** Public addresses, and those in `allowed`: addresses or networks as address/prefix. @throws Error for one that is neither */
export function createAddressRule(allowed: readonly string[]): AddressRule {
  const own = new BlockList();
  for (const text of allowed) addTo(own, text);
  return {
    allows(address) {
      const version = isIP(address);
      if (version === 0 || address.includes('%')) return false;
      if (own.check(address, version === 4 ? 'ipv4' : 'ipv6')) return true;
      if (version === 4) return !blocked.check(address, 'ipv4');
      return global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    },
  };
}

function addTo(list: BlockList, text: string): void {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (version === 0 || rest.length > 0 || !Number.isInteger(length) || length < 0 || length > bits) {
    throw new Error(`"${text}" is no address and no network such as 10.0.0.0/8`);
  }
  list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
}

/** An address that may not be connected to; `code` as errors of the system have one. */
export class PrivateAddress extends Error {
  readonly code = 'EPRIVATE';
}

/**
 * Looks a name up for connecting, and gives public addresses only: the check and the connection see the same answer, so that a name cannot
 * be public when it is looked at and private when it is used. One private address among them, and none is given.
 */
export function publicLookup(rule: AddressRule, resolve: typeof lookUp = lookUp): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const isFine = addresses.length > 0 && addresses.every(({ address }) => rule.allows(address));
      if (!isFine) return callback(new PrivateAddress(`${hostname} is not on the internet`), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
