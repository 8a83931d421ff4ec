import { PasswordPolicyControl, ResultCodeError } from 'ldapts';
import { createBulkhead } from '../core/bulkhead.ts';
import type { LdapSettings } from '../core/ldap-settings.ts';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { type LdapConnection, openLdap } from './ldap-connection.ts';
import { createLdapPool, type LdapPool } from './ldap-pool.ts';
import { LdapAway } from './ldap-socket.ts';
import type { BindAnswer } from './ldap-verdict.ts';

/** Asks a bound connection; `signal` says when time is up. Asked again of another server when one does not answer. */
export type LdapQuery<T> = (connection: LdapConnection, signal: AbortSignal) => Promise<T>;

/** The servers of one directory, as one. All throw Problem 'unavailable' when none answers within the deadline. */
export interface LdapServers {
  query<T>(ask: LdapQuery<T>): Promise<T>;
  /** Binds on a connection of its own, which is closed afterwards. Sent to one server only, so that no failure counts twice there. */
  tryBind(name: string, password: string): Promise<BindAnswer>;
  /** Closes all connections; what is under way fails. */
  close(): void;
}

/** What there must be to reach the servers. `ca` is PEM text. */
export type LdapServersOptions = Omit<LdapSettings, 'ca'> & { readonly ca: string | undefined; readonly log: Log };

interface Server {
  readonly pool: LdapPool;
  readonly breaker: Breaker;
  /** Opens a connection on which nobody is bound. */
  open(signal: AbortSignal): Promise<LdapConnection>;
}

type ServerTask<T> = (server: Server, signal: AbortSignal) => Promise<T>;

/** How long the server that answered last is asked first, in milliseconds; then the first of the list gets another chance. Our choice. */
const preferredMs = 300_000;

/** Result codes that speak of the server and not of what was asked: operationsError, timeLimitExceeded, busy, unavailable, other. */
const serverAway: ReadonlySet<number> = new Set([1, 3, 51, 52, 80]);

/** At most `atOnce` operations in flight, `waiting` more in line; a breaker for each server; the next one when one fails. */
export function createLdapServers(options: LdapServersOptions): LdapServers {
  const { log, timeoutMs } = options;
  const bulkhead = createBulkhead(options);
  const servers = options.urls.map((url) => createServer(url, options));
  const underWay = new Set<AbortController>();
  let preferred = { first: 0, until: 0 };

  function inOrder(): Server[] {
    const first = performance.now() < preferred.until ? preferred.first : 0;
    return [...servers.slice(first), ...servers.slice(0, first)];
  }

  function prefer(server: Server): void {
    const first = servers.indexOf(server);
    if (first === preferred.first && performance.now() < preferred.until) return;
    preferred = { first, until: performance.now() + preferredMs };
  }

  async function inTurn<T>(task: ServerTask<T>, deadline: number, stop: AbortSignal): Promise<T> {
    let failure = new LdapAway('every server failed repeatedly and is left alone for a while');
    const order = inOrder();
    for (const [position, server] of order.entries()) {
      if (!server.breaker.enter()) continue;
      // Whoever comes later gets a share of the time, too.
      const share = (deadline - performance.now()) / (order.length - position);
      const time = AbortSignal.timeout(Math.max(1, Math.floor(share)));
      const outcome = await attempt(server, task, AbortSignal.any([time, stop]));
      if ('result' in outcome) {
        prefer(server);
        return outcome.result;
      }
      failure = outcome.failure;
      stop.throwIfAborted();
      log.warn({ err: failure }, 'a directory server did not answer');
      if (failure.mayBeDone) break;
    }
    throw failure;
  }

  async function anywhere<T>(task: ServerTask<T>): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    const stopping = new AbortController();
    const { signal: stop } = stopping;
    underWay.add(stopping);
    try {
      const waiting = AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]);
      return await bulkhead.run(() => inTurn(task, deadline, stop), waiting);
    } catch (cause) {
      throw cause instanceof Problem ? cause : new Problem('unavailable', reasonOf(cause), { cause });
    } finally {
      underWay.delete(stopping);
    }
  }

  return {
    query: (ask) => anywhere(({ pool }, signal) => pool.use(ask, signal)),
    tryBind: (name, password) =>
      anywhere(async ({ open }, signal) => {
        const connection = await open(signal);
        try {
          return await bindOnce(connection, name, password, signal);
        } finally {
          connection.close();
        }
      }),
    close() {
      for (const operation of underWay) operation.abort(new LdapAway('this server is stopping'));
      for (const { pool } of servers) pool.close();
    },
  };
}

function createServer(
  url: string,
  { startTls, ca, connectTimeoutMs, bind, failures, openMs }: LdapServersOptions,
): Server {
  const connecting = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]);
  const open = (signal: AbortSignal) => openLdap({ url, startTls, ca }, connecting(signal));
  async function openBound(signal: AbortSignal): Promise<LdapConnection> {
    const limited = connecting(signal);
    const connection = await openLdap({ url, startTls, ca }, limited);
    try {
      if (bind !== undefined) await connection.bind(bind.name, bind.password, limited);
      return connection;
    } catch (cause) {
      connection.close();
      if (cause instanceof LdapAway) throw cause;
      // Counted as a failure of the server: trying on and on would lock the account there.
      throw new LdapAway(`${url} refused the service account`, { cause });
    }
  }
  return {
    open,
    pool: createLdapPool(openBound),
    breaker: createBreaker({ failures, openMs, now: () => performance.now() }),
  };
}

type Outcome<T> = { readonly result: T } | { readonly failure: LdapAway };

/** Asks one server and tells its breaker how it went. @throws whatever says nothing of the server's health */
async function attempt<T>(server: Server, task: ServerTask<T>, signal: AbortSignal): Promise<Outcome<T>> {
  let healthy = true;
  try {
    return { result: await task(server, signal) };
  } catch (error) {
    const away = error instanceof ResultCodeError && serverAway.has(error.code);
    const failure = away ? new LdapAway(`a server answered ${error.code}`, { cause: error }) : error;
    if (!(failure instanceof LdapAway)) throw failure;
    healthy = false;
    return { failure };
  } finally {
    server.breaker.leave(healthy);
  }
}

async function bindOnce(
  connection: LdapConnection,
  name: string,
  password: string,
  signal: AbortSignal,
): Promise<BindAnswer> {
  const control = new PasswordPolicyControl();
  const policy = () => control.value?.error;
  try {
    await connection.bind(name, password, signal, control);
    return { code: 0, text: '', policy: policy() };
  } catch (error) {
    if (error instanceof ResultCodeError) return { code: error.code, text: error.message, policy: policy() };
    throw new LdapAway((error as Error).message, { cause: error, mayBeDone: true });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof LdapAway) return cause.message;
  if (cause instanceof ResultCodeError) return `the directory answered ${cause.code} to a search`;
  return cause instanceof Error && cause.name === 'TimeoutError' ? 'no operation came to its turn in time' : 'failed';
}
