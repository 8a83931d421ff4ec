import type { BackendKind } from '../../core/backend.ts';
import type { CertificateReader } from '../../core/certificate-reader.ts';
import type { HttpClient } from '../../core/http.ts';
import type { NetIdSettings } from '../../core/netid-settings.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { Transaction } from '../../core/transaction.ts';
import type { News } from '../../core/transaction-run.ts';
import { createCaller } from './call.ts';
import type { ResultRules } from './check-result.ts';
import { type NiasOperation, readCollected, readOrderRef } from './messages.ts';
import { type Collected, newsOf, newsOfMiss, type Order } from './news.ts';
import { wordInFault } from './wire.ts';

/** What the server made of a start: an order, or the word for why not. */
export type Started = { readonly ref: string } | { readonly refusal: string };

/** A connection to one Net iD Access server. */
export interface NetIdBackend
  extends Pick<NetIdSettings, 'intervalMs' | 'lifetimeSeconds' | 'personalNumbers' | 'startLink'> {
  /** How long one who asks may take, in milliseconds, before another may. */
  readonly leaseMs: number;
  /**
   * Places an order; `asked` is empty for whoever starts the app here. Never asked twice: the second order of a person may be refused.
   *
   * @throws Problem 'vendor-fault', 'vendor-timeout'
   */
  authenticate(asked: string): Promise<Started>;
  /** What has become of an order. Gives news, be it that there was no answer; never throws for what the server does. */
  collect(order: Order, transaction: Pick<Transaction, 'state' | 'word' | 'misses'>): Promise<News>;
}

/** Connections to Net iD Access servers; section `netid` of the configuration. */
export const netIdBackends: BackendKind<NetIdBackend> = { name: 'netid' };

/** What a connection works with. */
export interface NetIdParts {
  /** Over mutual TLS, as `settings.tls` says. */
  readonly http: HttpClient;
  /** Made with the files in `settings.certificate.authorities`. */
  readonly reader: CertificateReader;
  readonly clock: Clock;
  readonly log: Log;
}

/** Beyond the time of a call: what writing and waiting for a turn may take. */
const leaseSlackMs = 5000;

/** A connection as the settings say. Nothing is asked of the server before the first order. */
export function createNetIdBackend(settings: NetIdSettings, { http, reader, clock, log }: NetIdParts): NetIdBackend {
  const { intervalMs, lifetimeSeconds, personalNumbers, startLink, misses, options, certificate } = settings;
  const call = createCaller(settings, http);
  const introduce = createIntroduction(settings, call);
  const rules: ResultRules = {
    personalNumbers,
    reader,
    certificateRequired: certificate.required || reader.hasAuthorities,
    skewMs: certificate.skewSeconds * 1000,
  };

  /** Nobody can sign in until the operator has had this server let in; to whoever asks it is one failure among others. */
  function tell(operation: NiasOperation, word: string | undefined): void {
    if (word === 'ACCESS_DENIED_RP')
      log.error({ url: settings.url, operation, word }, 'the Net iD Access server does not let us use it');
  }

  async function ask(ref: string): Promise<Collected> {
    const said = await call('Collect', { orderRef: ref });
    if ('fault' in said) return { fault: wordInFault(said.fault) };
    const result = readCollected(said.result);
    if (result === undefined) throw new Problem('vendor-fault', 'Collect answered what its description does not allow');
    return { result };
  }

  return {
    intervalMs,
    lifetimeSeconds,
    personalNumbers,
    startLink,
    leaseMs: settings.timeoutMs + leaseSlackMs,
    async authenticate(asked) {
      await introduce();
      const said = await call('Authenticate', { personalNumber: asked, options });
      if ('fault' in said) {
        const refusal = wordInFault(said.fault);
        tell('Authenticate', refusal);
        return { refusal };
      }
      const ref = readOrderRef(said.result);
      if (ref === undefined) throw new Problem('vendor-fault', 'Authenticate answered without an order reference');
      return { ref };
    },
    async collect(order, transaction) {
      try {
        const news = newsOf(await ask(order.ref), transaction, order, clock.now(), rules);
        tell('Collect', news.word);
        return news;
      } catch (error) {
        if (error instanceof Problem) return newsOfMiss(transaction, misses);
        throw error;
      }
    },
  };
}

/** Tells the server who we are, once; whatever goes wrong with that is the fault of the order it came before, and the next one tells it again. */
function createIntroduction({ caller }: NetIdSettings, call: ReturnType<typeof createCaller>): () => Promise<void> {
  let told: Promise<void> | undefined;
  async function tell(): Promise<void> {
    if (caller === undefined) return;
    const said = await call('Register', { name: caller.name, image: caller.image, format: caller.format });
    if ('fault' in said) throw new Problem('vendor-fault', `Register was refused: ${wordInFault(said.fault)}`);
  }
  return () => {
    told ??= tell().catch((error: unknown) => {
      told = undefined;
      throw error;
    });
    return told;
  };
}
