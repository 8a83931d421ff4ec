import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { factsOf, parseCertificates } from './adapters/certificate.ts';
import { createProofVerifier } from './adapters/signed-proof.ts';
import type { VendorClient, VendorClientSettings } from './adapters/vendor-client.ts';
import type { BankIdSettings } from './core/bankid-settings.ts';
import type { Clock, Log } from './core/ports.ts';
import { type BankIdBackend, createBankIdBackend, environmentFault, serverRoots } from './methods/bankid/index.ts';

/** What a connection to BankID is made with. */
export interface BankIdMaking {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the connection stands in the configuration, e.g. `bankid.default`. */
  readonly where: string;
  /** Makes its client, and closes it in the end. */
  client(settings: Omit<VendorClientSettings, 'name'>): VendorClient;
}

/**
 * Orders fail when BankID was asked in vain a few times in a row, two seconds apart: a moment without BankID must not become more than one
 * such time, however many orders there are.
 */
const breaker = { failures: 10, openMs: 1000 };

/**
 * Opens a connection to BankID.
 *
 * @throws Error with a sentence for the operator that begins with `where`: files that cannot be used, or that belong to the other mode
 */
export function openBankId(settings: BankIdSettings, { clock, log, where, client }: BankIdMaking): BankIdBackend {
  const { tls, mode, connectTimeoutMs, proof } = settings;
  const roots = proof.roots.flatMap((path) => readRoots(`${where}.proof.roots`, path));
  const signatureRoots = roots.map(factsOf);
  const http = client({
    tls,
    connectTimeoutMs,
    ...breaker,
    pinned: [serverRoots[mode].pem],
    check: (identity) => environmentFault(settings, { ...identity, signatureRoots }),
  });
  const proofs = createProofVerifier({ ...proof, roots });
  const ownCertificate = () => http.identity().certificate;
  return createBankIdBackend(settings, { http, proofs, ownCertificate, clock, log });
}

function readRoots(setting: string, path: string): readonly X509Certificate[] {
  try {
    return parseCertificates(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be used: ${(error as Error).message}`);
  }
}
