/** One part of a distinguished name. */
export interface NameAttribute {
  /** Object identifier in dots, e.g. 2.5.4.3 for the common name (ITU-T X.520). */
  readonly type: string;
  readonly value: string;
}

/** What a certificate says (RFC 5280 §4.1), as far as anybody here asks. */
export interface CertificateFacts {
  readonly subject: readonly NameAttribute[];
  readonly issuer: readonly NameAttribute[];
  /** SHA-256 over the certificate, hex in lower case without colons. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Object identifiers of the policies it was issued under (RFC 5280 §4.2.1.4). */
  readonly policies: readonly string[];
}

/** Attributes of names, by what RFC 4514 §3 and ITU-T X.520 call them, in lower case. */
export const nameTypes: Readonly<Record<string, string>> = {
  cn: '2.5.4.3',
  sn: '2.5.4.4',
  surname: '2.5.4.4',
  serialnumber: '2.5.4.5',
  c: '2.5.4.6',
  l: '2.5.4.7',
  st: '2.5.4.8',
  street: '2.5.4.9',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  name: '2.5.4.41',
  gn: '2.5.4.42',
  givenname: '2.5.4.42',
  dc: '0.9.2342.19200300.100.1.25',
};

/** The first value of an attribute of a name; undefined when it has none. */
export function attributeOf(name: readonly NameAttribute[], called: string): string | undefined {
  const type = nameTypes[called.toLowerCase()] ?? called;
  return name.find((attribute) => attribute.type === type)?.value;
}
