import type { BackendKind } from '../../core/backend.ts';
import { type BankIdSettings, bankIdPolicies } from '../../core/bankid-settings.ts';
import type { CertificateFacts } from '../../core/certificate.ts';
import type { HttpAnswer, HttpClient } from '../../core/http.ts';
import type { Clock, Log, Vault } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { ProofVerifier } from '../../core/signed-proof.ts';
import type { News } from '../../core/transaction-run.ts';
import { type Completion, type Refusal, readCollected, readStarted, type Started } from './answers.ts';
import { approvedBy, type Before, ended, missed, newsOf } from './news.ts';
import { type Asked, objectionTo } from './proof.ts';
import { methods, type OwnEnd, type Purpose } from './wire.ts';

/** A connection to BankID. */
export interface BankIdBackend extends Pick<BankIdSettings, 'intervalMs' | 'lifetimeSeconds'> {
  /** How long one who asks may take, in milliseconds, before another may. */
  readonly leaseMs: number;
  /** Certificate policies that are accepted. */
  readonly policies: readonly string[];
  /**
   * Places an order. Never asked twice: that might cancel the first.
   *
   * @throws Problem 'vendor-fault', 'vendor-timeout'
   */
  start(purpose: Purpose, order: object): Promise<Started | Refusal>;
  /** What has become of an order. A yes is one only when the signature proves it. Never throws for what BankID does. */
  collect(order: Order, before: Before, vault: Pick<Vault, 'keyedHash' | 'equal'>): Promise<News>;
  /** Tells BankID that nobody waits for the order any more; whether it heard that makes no difference. */
  cancel(orderRef: string): Promise<void>;
}

/** An order as a transaction remembers it. */
export interface Order extends Asked {
  readonly orderRef: string;
}

/** Connections to BankID; section `bankid` of the configuration. */
export const bankIdBackends: BackendKind<BankIdBackend> = { name: 'bankid' };

/** What a connection works with. */
export interface BankIdParts {
  /** Over mutual TLS with BankID’s root pinned, as `settings.tls` says. */
  readonly http: HttpClient;
  /** Made with the roots in `settings.proof`. */
  readonly proofs: ProofVerifier;
  /** Our own certificate, as it is now. */
  ownCertificate(): CertificateFacts | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** BankID’s addresses, v6.0 (relying party guidelines v6). */
export const baseUrls = {
  production: 'https://appapi2.bankid.com/rp/v6.0',
  test: 'https://appapi2.test.bankid.com/rp/v6.0',
} as const;

/** Beyond the time of a call: what verifying, writing and waiting for a turn may take. */
const leaseSlackMs = 5000;

/** A connection as the settings say. Nothing is asked of BankID before the first order. */
export function createBankIdBackend(settings: BankIdSettings, parts: BankIdParts): BankIdBackend {
  const { mode, url = baseUrls[mode], timeoutMs, intervalMs, lifetimeSeconds, misses, proof } = settings;
  const { policies = bankIdPolicies[mode] } = proof;

  function post(path: string, body: object): Promise<HttpAnswer> {
    // Exactly this type: with a charset the answer is 415.
    const headers = { 'content-type': 'application/json' };
    return parts.http.request({
      method: 'POST',
      url: `${url}/${path}`,
      headers,
      body: JSON.stringify(body),
      timeoutMs,
    });
  }

  /** The word for why a completed order counts for nothing; undefined when it counts. */
  function objection(
    completion: Completion,
    order: Order,
    vault: Pick<Vault, 'keyedHash' | 'equal'>,
  ): OwnEnd | undefined {
    const witness = parts.proofs.verify(completion, parts.clock.now());
    if ('fault' in witness) {
      parts.log.warn({ vendor: 'bankid', ...witness }, 'a completed order does not prove anything');
      return witness.fault;
    }
    const relyingParty = proof.relyingParty ? (parts.ownCertificate()?.subject ?? []) : undefined;
    const word = objectionTo(completion, witness, order, { policies, relyingParty }, vault);
    if (word !== undefined)
      parts.log.warn({ vendor: 'bankid', fault: word }, 'a completed order is not what was asked for');
    return word;
  }

  return {
    intervalMs,
    lifetimeSeconds,
    leaseMs: timeoutMs + leaseSlackMs,
    policies,
    async start(purpose, order) {
      const { path } = methods[purpose];
      const started = readStarted(await post(path, order), path.startsWith('phone/'));
      if (started === undefined) throw new Problem('vendor-fault', 'a start was answered by what is no answer');
      return started;
    },
    async collect(order, before, vault) {
      const { orderRef } = order;
      try {
        const collected = readCollected(await post('collect', { orderRef }), orderRef);
        if (collected === 'missed' || !('status' in collected) || collected.status !== 'complete') {
          return newsOf(collected, before, misses);
        }
        if (collected.completion === undefined) return ended('completionUnreadable');
        const word = objection(collected.completion, order, vault);
        return word === undefined ? approvedBy(collected.completion) : ended(word);
      } catch (error) {
        if (error instanceof Problem) return missed(before, misses, 'noAnswer');
        throw error;
      }
    },
    async cancel(orderRef) {
      await post('cancel', { orderRef }).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
      });
    },
  };
}
