import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** Where a PostgreSQL is, and how it is spoken to. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: ConnectionOptions | false;
  /** Settings of the session, as `-c name=value`. */
  readonly options: string | undefined;
}

const modes = ['disable', 'verify-ca', 'verify-full'];
const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'options'];

/**
 * Reads `postgres://user:password@host:port/database?…` (PostgreSQL §34.1.1.2), with the parameters sslmode, sslrootcert, sslcert, sslkey,
 * host (the folder of a socket) and options.
 *
 * Our choice: to another machine TLS is spoken, and the name in the certificate checked, unless `sslmode` says otherwise; the modes that encrypt
 * without checking are not known.
 *
 * @throws Error that does not hold the address, which may hold a password
 */
export function parsePostgresAddress(text: string): PostgresAddress {
  const url = readUrl(text);
  for (const name of url.searchParams.keys())
    if (!parameters.includes(name))
      throw new Error(`the parameter ${name} is not known; there are ${parameters.join(', ')}`);
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname.replace(/^\[|\]$/g, ''));
  const database = decodeURIComponent(url.pathname.slice(1));
  const user = decodeURIComponent(url.username);
  if (host === '' || database === '' || user === '') throw new Error('the host, the user or the database is missing');
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    database,
    ssl: tlsOf(url.searchParams, host),
    options: url.searchParams.get('options') ?? undefined,
  };
}

function readUrl(text: string): URL {
  // Without a host (a socket) it is no URL to WHATWG.
  const whole = /^(postgres(?:ql)?:\/\/[^/@]*@)(\/.*)$/.exec(text);
  const url = URL.parse(whole === null ? text : `${whole[1]}socket.invalid${whole[2]}`);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw new Error('it must be postgres://user:password@host:port/database');
  return url;
}

function tlsOf(given: URLSearchParams, host: string): ConnectionOptions | false {
  const isHere = host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
  const mode = given.get('sslmode') ?? (isHere && !given.has('sslrootcert') ? 'disable' : 'verify-full');
  if (!modes.includes(mode)) throw new Error(`sslmode must be one of ${modes.join(', ')}`);
  if (mode === 'disable') return false;
  const file = (name: string) => {
    const path = given.get(name);
    return path === null ? undefined : readFileSync(path, 'utf8');
  };
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map(file);
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}
