import type { BackendKind } from '../../core/backend.ts';
import type { FrejaSettings } from '../../core/freja-settings.ts';
import type { HttpAnswer, HttpClient } from '../../core/http.ts';
import type { JwsCheck } from '../../core/jws.ts';
import type { Clock } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { News } from '../../core/transaction-run.ts';
import { type CallName, readResult, readStart, toRequest, toStart } from './message.ts';
import { type Before, newsOf, newsOfMiss } from './news.ts';
import type { Asked, Order } from './order.ts';

/** What Freja made of a start: an authentication, or why not. */
export type Started =
  | { readonly ref: string; readonly qrSecret?: string }
  | { readonly refusal: { readonly code: number } | { readonly http: number; readonly retryAfterSeconds?: number } };

/** A connection to Freja's services. */
export interface FrejaBackend
  extends Pick<FrejaSettings, 'mode' | 'context' | 'links' | 'unknownUser' | 'intervalMs' | 'lifetimeSeconds'> {
  /** How long one who asks may take, in milliseconds, before another may. */
  readonly leaseMs: number;
  /**
   * Begins an authentication. Never asked twice: a second one of the same person ends both.
   *
   * @throws Problem 'vendor-fault', 'vendor-timeout' when there is no answer
   */
  start(order: Order): Promise<Started>;
  /** What has become of an authentication. Gives news, be it that there was no answer; never throws for what Freja does. */
  collect(order: { readonly ref: string; readonly asked: Asked }, before: Before): Promise<News>;
  /** Tells Freja that nobody waits any more. Whether it heard is not told: here the identification is over in any case. */
  cancel(ref: string): Promise<void>;
}

/** Connections to Freja; section `freja` of the configuration. */
export const frejaBackends: BackendKind<FrejaBackend> = { name: 'freja' };

/** What a connection works with. */
export interface FrejaParts {
  /** Over mutual TLS, as `settings.tls` says. */
  readonly http: HttpClient;
  /** Made with the files in `settings.jwsCertificates`. */
  readonly jws: JwsCheck;
  readonly clock: Clock;
}

/** Beyond the time of a call: what writing and waiting for a turn may take. */
const leaseSlackMs = 5000;

/** A connection as the settings say. Nothing is asked of Freja before the first start. */
export function createFrejaBackend(settings: FrejaSettings, { http, jws, clock }: FrejaParts): FrejaBackend {
  const { mode, context, links, unknownUser, intervalMs, lifetimeSeconds, misses } = settings;
  const call = (name: CallName, content: object) => http.request(toRequest(name, content, settings));

  return {
    mode,
    context,
    links,
    unknownUser,
    intervalMs,
    lifetimeSeconds,
    leaseMs: settings.timeoutMs + leaseSlackMs,
    async start(order) {
      const answer = await call('start', toStart(order, settings));
      const said = readStart(answer);
      if ('code' in said) return { refusal: said };
      if ('http' in said) return { refusal: { ...said, ...retryAfter(answer) } };
      const { authRef: ref, qrCodeSecret } = said.content;
      return typeof qrCodeSecret === 'string' ? { ref, qrSecret: qrCodeSecret } : { ref };
    },
    async collect({ ref, asked }, before) {
      try {
        const answer = await call('result', { authRef: ref });
        const expected = { ref, asked, at: clock.now(), skewMs: settings.skewSeconds * 1000 };
        return await newsOf({ said: readResult(answer), body: answer.body }, before, { jws, expected, misses });
      } catch (error) {
        if (error instanceof Problem) return newsOfMiss(before, misses);
        throw error;
      }
    },
    async cancel(ref) {
      await ignoringProblems(call('cancel', { authRef: ref }));
    },
  };
}

/** A wait that the service asks for (RFC 9110 §10.2.3), in seconds; dates are not read. */
function retryAfter({ headers }: HttpAnswer): { readonly retryAfterSeconds?: number } {
  const text = headers['retry-after'];
  return typeof text === 'string' && /^\d{1,5}$/.test(text) ? { retryAfterSeconds: Number(text) } : {};
}

async function ignoringProblems(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
