/** Why a signed text proves nothing. */
export type JwsFault =
  /** Not the compact form, or a header that cannot be read. */
  | 'jws-malformed'
  /** Signed in another way than agreed: with a shared secret, or not at all. */
  | 'jws-algorithm'
  /** Its header names no certificate of ours. */
  | 'jws-signer-unknown'
  /** The certificate is not valid yet, or no longer. */
  | 'jws-signer-not-valid'
  | 'jws-signature';

/** Checks texts that a vendor signed with one of a set of certificates (RFC 7515, compact serialisation, RS256). */
export interface JwsCheck {
  /** The text that was signed, if it was signed by one of the certificates that are configured now. */
  verify(compact: string): Promise<{ readonly payload: string } | { readonly fault: JwsFault }>;
}

/** A certificate that signatures are checked with. */
export interface Signer {
  /** SHA-1 over the DER form, base64url (RFC 7515 §4.1.7). */
  readonly x5t: string;
  /** One line per attribute, `CN=…`. */
  readonly subject: string;
}
