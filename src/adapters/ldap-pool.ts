import { ResultCodeError } from 'ldapts';
import type { LdapConnection } from './ldap-connection.ts';
import { LdapAway } from './ldap-socket.ts';

/** Connections to one server that are used again. How many there are is not limited here. */
export interface LdapPool {
  /** Lends a connection. One that turns out to be dead is replaced once, so `ask` must be something that may be asked twice. */
  use<T>(ask: (connection: LdapConnection, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  close(): void;
}

/** Connections that were idle for longer are not trusted, in milliseconds: firewalls forget them without telling. Our choice. */
const idleMs = 60_000;

/** A pool of connections that `open` makes ready for use. */
export function createLdapPool(open: (signal: AbortSignal) => Promise<LdapConnection>): LdapPool {
  let idle: { readonly connection: LdapConnection; readonly since: number }[] = [];

  function takeIdle(): LdapConnection | undefined {
    const trusted = performance.now() - idleMs;
    const [kept, old] = [idle.filter(({ since }) => since > trusted), idle.filter(({ since }) => since <= trusted)];
    for (const { connection } of old) connection.close();
    idle = kept;
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (!last.connection.open) continue;
      last.connection.hold(true);
      return last.connection;
    }
    return undefined;
  }

  function giveBack(connection: LdapConnection): void {
    if (!connection.open) return;
    // A command that has done its work ends, whatever is still connected.
    connection.hold(false);
    idle.push({ connection, since: performance.now() });
  }

  function closeIdle(): void {
    for (const { connection } of idle) connection.close();
    idle = [];
  }

  async function lend<T>(
    connection: LdapConnection,
    ask: (connection: LdapConnection, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    let answered = false;
    try {
      const result = await ask(connection, signal);
      answered = true;
      return result;
    } catch (error) {
      answered = error instanceof ResultCodeError;
      throw error;
    } finally {
      if (answered) giveBack(connection);
      else connection.close();
    }
  }

  return {
    async use(ask, signal) {
      const rested = takeIdle();
      if (rested === undefined) return lend(await open(signal), ask, signal);
      try {
        return await lend(rested, ask, signal);
      } catch (error) {
        if (!(error instanceof LdapAway) || signal.aborted) throw error;
        // Those that rested beside it are most likely dead as well.
        closeIdle();
        return lend(await open(signal), ask, signal);
      }
    },
    close: closeIdle,
  };
}
