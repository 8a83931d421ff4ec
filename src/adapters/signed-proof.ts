import { hash, type X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../core/certificate.ts';
import type { ProofFault, ProofVerifier, SignedProof, Witness } from '../core/signed-proof.ts';
import { factsOf, mayBeUsedFor } from './certificate.ts';
import { findPath } from './certificate-path.ts';
import { verifyOcspResponse } from './ocsp.ts';
import { verifyXmlSignature } from './xml-signature.ts';

/** What a proof must lead to. */
export interface ProofRules {
  /** The authorities whose persons’ certificates are trusted. */
  readonly roots: readonly X509Certificate[];
  /** How old the answer about revocation may be, in seconds. */
  readonly maxAgeSeconds: number;
  /** Whether the answer about revocation must have been asked for this very signature; see {@link belongsTo}. */
  readonly boundToSignature: boolean;
}

/** A verifier of proofs by these rules. */
export function createProofVerifier({ roots, maxAgeSeconds, boundToSignature }: ProofRules): ProofVerifier {
  function check({ signature, ocspResponse }: SignedProof, at: number): Witness {
    const { signed, certificates } = stage('signature-invalid', () => verifyXmlSignature(fromBase64(signature)));
    const [own, ...others] = certificates;
    const path = stage('certificate-untrusted', () => own && findPath(own, { roots, others, at }));
    const [certificate, issuer] = path ?? [];
    if (certificate === undefined || issuer === undefined) {
      throw new Unproved('certificate-untrusted', 'no authority that is trusted has issued the certificate');
    }
    const facts = stage('certificate-untrusted', () => readPerson(certificate));
    const acceptsNonce = boundToSignature ? belongsTo(signature) : () => true;
    const question = { certificate, issuer, at, maxAgeMs: maxAgeSeconds * 1000, acceptsNonce };
    stage('revocation-unclear', () => verifyOcspResponse(fromBase64(ocspResponse), question));
    return { signed, certificate: facts };
  }

  return {
    verify(proof, at) {
      try {
        return check(proof, at);
      } catch (error) {
        if (!(error instanceof Unproved)) throw error;
        return { fault: error.fault, detail: error.message };
      }
    },
  };
}

function readPerson(certificate: X509Certificate): CertificateFacts {
  if (certificate.ca || !mayBeUsedFor(certificate, 'digitalSignature')) throw new Error('it is not one to sign with');
  return factsOf(certificate);
}

class Unproved extends Error {
  readonly fault: ProofFault;

  constructor(fault: ProofFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Whatever goes wrong in there, also in a library, means that nothing is proved. */
function stage<T>(fault: ProofFault, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw new Unproved(fault, (error as Error).message);
  }
}

/**
 * Whether a nonce was made for this signature: 32 bytes, of which the first 20 are the SHA-1 of the signature’s text as it was delivered, the
 * others chance.
 *
 * Source: verification in the published library pybankid; not in BankID’s own documents.
 */
function belongsTo(signature: string): (nonce: Uint8Array | undefined) => boolean {
  const wanted = hash('sha1', signature, 'buffer');
  return (nonce) => nonce?.length === 32 && Buffer.compare(wanted, nonce.subarray(0, wanted.length)) === 0;
}

function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error('it is not Base64');
  return Buffer.from(text, 'base64');
}
