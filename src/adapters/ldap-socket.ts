import type { Socket } from 'node:net';
import { ResultCodeError } from 'ldapts';

/** A server that cannot be reached, hangs up, or does not answer in time. Nothing is known of what was asked. */
export class LdapAway extends Error {
  /** True when what was asked may have been carried out, and must not be asked again elsewhere. */
  readonly mayBeDone: boolean;

  constructor(
    message: string,
    { mayBeDone = false, ...options }: ErrorOptions & { readonly mayBeDone?: boolean } = {},
  ) {
    super(message, options);
    this.mayBeDone = mayBeDone;
  }
}

/** A socket that ends whatever waits for it when it closes, or when its time is up. */
export interface LdapSocket {
  readonly socket: Socket;
  readonly url: string;
  readonly open: boolean;
  /** Resolves with this event. */
  ready(event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void>;
  /** What the work comes to; LdapAway as soon as the socket closes. The signal closes it. */
  during<T>(work: Promise<T>, signal: AbortSignal): Promise<T>;
  hold(held: boolean): void;
  close(): void;
}

/** How often a silent connection is probed by the system, in milliseconds. */
const keepAliveMs = 30_000;

/** Watches over a socket that is just being connected. */
export function watchSocket(socket: Socket, url: string): LdapSocket {
  let failure: Error | undefined;
  let open = true;
  const ended = new Promise<never>((_, reject) => {
    socket.once('close', () => {
      open = false;
      reject(failure ?? new Error('closed the connection'));
    });
  });
  // Nobody may be waiting when it closes.
  ended.catch(() => {});
  socket.on('error', (error) => {
    failure = error;
  });
  socket.setKeepAlive(true, keepAliveMs).setNoDelay(true);

  async function during<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await Promise.race([work, ended]);
    } catch (error) {
      if (error instanceof ResultCodeError) throw error;
      socket.destroy();
      throw new LdapAway(`${url} ${signal.aborted ? 'did not answer in time' : wordsFor(error)}`, { cause: error });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    socket,
    url,
    get open() {
      return open && !socket.destroyed;
    },
    ready: (event, signal) => during(new Promise<void>((resolve) => socket.once(event, resolve)), signal),
    during,
    hold: (held) => void (held ? socket.ref() : socket.unref()),
    close: () => void socket.destroy(),
  };
}

/** What Node.js says of a certificate that it does not accept. */
const distrusted = /CERT|ISSUER|SIGNATURE|CHAIN|ALTNAME/;

function wordsFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error instanceof Error ? error.message.split('\n', 1).join('') : 'failed';
  return distrusted.test(code) ? `has a certificate that is not trusted here: ${code}` : `cannot be reached: ${code}`;
}
