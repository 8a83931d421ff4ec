import type { CertificateFacts } from './certificate.ts';

/** What a vendor delivers as evidence that a person agreed to something. */
export interface SignedProof {
  /** An XML signature with what was signed in it, Base64, exactly as it was delivered. */
  readonly signature: string;
  /** What the authority said of the person’s certificate then, a DER OCSPResponse (RFC 6960 §4.2.1), Base64. */
  readonly ocspResponse: string;
}

/** Why a proof is none. */
export type ProofFault = 'signature-invalid' | 'certificate-untrusted' | 'revocation-unclear';

/** A proof that holds: what was signed, and by whom. */
export interface Witness {
  /** The signed element, XML in exactly the form that was hashed. */
  readonly signed: string;
  /** Of the person who signed. */
  readonly certificate: CertificateFacts;
}

/** Checks proofs. */
export interface ProofVerifier {
  /**
   * Whether the signature is right, its certificate comes from an authority that is trusted, and was not revoked at `at`, milliseconds since
   * 1970. `detail` is for the log; it repeats nothing of what was delivered.
   */
  verify(proof: SignedProof, at: number): Witness | { readonly fault: ProofFault; readonly detail: string };
}
