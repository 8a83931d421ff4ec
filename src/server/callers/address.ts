import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { type CallerRequest, headerOf } from './caller-request.ts';

/** Where a request comes from, as far as it can be believed. */
export interface CallerAddress {
  /** Without port, zone or IPv4-in-IPv6. */
  readonly address: string;
  /** True when a proxy named it; false when it is the nearest that we see ourselves. */
  readonly fromProxy: boolean;
}

/** Knows the proxies. */
export interface Proxies {
  /** True for the address of a configured proxy. */
  include(address: string): boolean;
  /** The rightmost address of X-Forwarded-For that is no proxy, if the peer is one; else the peer. */
  sourceOf(request: CallerRequest): CallerAddress;
}

/** @throws Error with a sentence for the operator when a configured address is none */
export function createProxies(listen: Pick<Config['listen'], 'proxies'>): Proxies {
  if (listen.proxies === undefined) {
    return { include: () => false, sourceOf: ({ peer }) => ({ address: peerAddress(peer), fromProxy: false }) };
  }
  const list = toBlockList(listen.proxies.addresses);
  const include = (address: string) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return {
    include,
    sourceOf({ peer, headers }) {
      const nearest = peerAddress(peer);
      const chain = headerOf(headers, 'x-forwarded-for');
      return chain === undefined || !include(nearest)
        ? { address: nearest, fromProxy: false }
        : walk(nearest, chain.split(','), include);
    },
  };
}

/** From right to left as long as each one who wrote is a proxy: what is further left could have been written by anybody. */
function walk(nearest: string, chain: readonly string[], isProxy: Proxies['include']): CallerAddress {
  let known: CallerAddress = { address: nearest, fromProxy: false };
  for (const entry of chain.toReversed()) {
    const address = toAddress(withoutPort(entry.trim()));
    if (address === undefined) return { address: known.address, fromProxy: false };
    known = { address, fromProxy: true };
    if (!isProxy(address)) break;
  }
  return known;
}

/** True for 127.0.0.0/8 and ::1 (RFC 6890), as {@link toAddress} writes them. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (address.startsWith('127.') && isIPv4(address));
}

/** The one way we write an address: no zone, IPv6 in short form (RFC 5952), IPv4-mapped IPv6 as IPv4. Undefined for anything else. */
export function toAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const [address = ''] = text.split('%');
  if (!isIPv6(address)) return undefined;
  return unmapped(new SocketAddress({ address, family: 'ipv6' }).address);
}

/** A socket's address, which the system has written in short form already, as {@link toAddress} writes it. */
export function peerAddress(peer: string): string {
  const zone = peer.indexOf('%');
  return unmapped(zone === -1 ? peer : peer.slice(0, zone));
}

function unmapped(address: string): string {
  const mapped = address.startsWith('::ffff:') ? address.slice(7) : '';
  return isIPv4(mapped) ? mapped : address;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}

function toBlockList(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const [written = '', bits, ...rest] = text.split('/');
    const address = toAddress(written);
    const most = address !== undefined && isIPv4(address) ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (address === undefined || rest.length > 0 || !/^\d*$/.test(bits ?? '') || bits === '' || prefix > most) {
      throw new Error(`listen.proxies.addresses: "${text}" is neither an address nor a network like 10.0.0.0/8`);
    }
    list.addSubnet(address, prefix, most === 32 ? 'ipv4' : 'ipv6');
  }
  return list;
}
