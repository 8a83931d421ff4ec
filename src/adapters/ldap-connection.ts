import { isIP, connect as toTcp } from 'node:net';
import { type ConnectionOptions, connect as toTls } from 'node:tls';
import { Client, type Control, type Entry, ResultCodeError, type SearchOptions } from 'ldapts';
import { LdapAway, type LdapSocket, watchSocket } from './ldap-socket.ts';

/** How to reach one server. */
export interface LdapServerAddress {
  /** `ldaps://host:port` or `ldap://host:port`. */
  readonly url: string;
  readonly startTls: boolean;
  /** Authorities, PEM; undefined trusts those that Node.js trusts. */
  readonly ca: string | undefined;
}

/**
 * A connection to one server. It is never opened anew behind the caller's back: what was bound stays bound, or the connection is over.
 *
 * @throws ResultCodeError when the server says anything but success; LdapAway when it says nothing
 */
export interface LdapConnection {
  /** False once it is closed, by whomever. */
  readonly open: boolean;
  bind(name: string, password: string, signal: AbortSignal, control?: Control): Promise<void>;
  /** Entries below `base`; references to other servers are left out. With `paged`, all of them, page by page. */
  search(base: string, options: SearchOptions, signal: AbortSignal): Promise<readonly Entry[]>;
  /** Whether it keeps the process alive. */
  hold(held: boolean): void;
  close(): void;
}

/** The extended operation that begins TLS (RFC 4511 §4.14). */
const startTlsOperation = '1.3.6.1.4.1.1466.20037';

/**
 * Opens a connection: over TLS with name and chain checked, unless the address is `ldap:` without StartTLS. Nothing is bound yet.
 *
 * @throws LdapAway
 */
export async function openLdap(address: LdapServerAddress, signal: AbortSignal): Promise<LdapConnection> {
  const line = await openLine(address, signal);
  const client = clientOver(line);
  return {
    get open() {
      return line.open;
    },
    bind: (name, password, signal, control) => line.during(client.bind(name, password, control), signal),
    async search(base, options, signal) {
      const { searchEntries } = await line.during(client.search(base, options), signal);
      return searchEntries;
    },
    hold: line.hold,
    close: line.close,
  };
}

async function openLine({ url, startTls, ca }: LdapServerAddress, signal: AbortSignal): Promise<LdapSocket> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const trust: ConnectionOptions = {
    ...(ca !== undefined && { ca }),
    ...(isIP(host) === 0 && { servername: host }),
    host,
  };
  if (protocol === 'ldaps:') {
    const secure = watchSocket(toTls({ ...trust, port: Number(port || 636) }), url);
    await secure.ready('secureConnect', signal);
    return secure;
  }
  const plain = watchSocket(toTcp({ host, port: Number(port || 389) }), url);
  await plain.ready('connect', signal);
  if (!startTls) return plain;
  try {
    await plain.during(clientOver(plain).exop(startTlsOperation), signal);
  } catch (error) {
    plain.close();
    throw error instanceof ResultCodeError ? new LdapAway(`${url} refused StartTLS`, { cause: error }) : error;
  }
  // What else the server sent in the clear goes with the client that would have read it.
  plain.socket.removeAllListeners('data');
  const secure = watchSocket(toTls({ ...trust, socket: plain.socket }), url);
  await secure.ready('secureConnect', signal);
  return secure;
}

/** The library would connect again by itself, and then be nobody, over an unencrypted line: it gets this one socket and no other. */
function clientOver({ socket, url }: LdapSocket): Client {
  let handedOver = false;
  const connectOnce = () => {
    if (handedOver) throw new LdapAway(`${url} closed the connection`);
    handedOver = true;
    return socket;
  };
  return new Client({ url: 'ldap://handed-over', createConnection: connectOnce as unknown as typeof toTcp });
}
