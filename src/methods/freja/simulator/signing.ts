import { createHash, createHmac, sign, X509Certificate } from 'node:crypto';
import type { Authority, Issued } from '../../../simulator-kit/authority.ts';

/** Makes and keeps the certificates that results are signed with. */
export interface Signing {
  /** The one in use, PEM. */
  readonly certificatePem: string;
  /** Compact JWS as Freja makes them: RS256, the certificate named by `x5t`. `spoil` is a fault. */
  sign(payload: string, spoil: string | undefined): string;
  /** Goes over to a new certificate, and gives it back, PEM. */
  rotate(): Promise<string>;
}

/** Certificates are of the vendor's authority; names as those of its test world. */
export async function createSigning(authority: Authority): Promise<Signing> {
  const order = { subject: 'CN=Freja eID TEST JWS Signing, O=Simulator', use: 'signing', algorithm: 'rsa' } as const;
  let current = await authority.issue(order);
  const stranger = await authority.issue(order);
  return {
    get certificatePem() {
      return current.certificatePem;
    },
    sign: (payload, spoil) => signSpoiled(payload, current, stranger, spoil),
    async rotate() {
      current = await authority.issue(order);
      return current.certificatePem;
    },
  };
}

function signSpoiled(payload: string, own: Issued, stranger: Issued, spoil: string | undefined): string {
  const x5t = thumbprint(own);
  switch (spoil) {
    case 'unknown-signer':
      return compact({ alg: 'RS256', x5t: thumbprint(stranger) }, payload, rsa(stranger));
    case 'wrong-key':
      return compact({ alg: 'RS256', x5t }, payload, rsa(stranger));
    case 'no-signer':
      return compact({ alg: 'RS256' }, payload, rsa(own));
    case 'algorithm-none':
      return compact({ alg: 'none', x5t }, payload, () => '');
    case 'algorithm-hs256':
      return compact({ alg: 'HS256', x5t }, payload, (text) =>
        createHmac('sha256', own.certificatePem).update(text).digest('base64url'),
      );
    case 'changed-payload': {
      const [header, , signature] = compact({ alg: 'RS256', x5t }, payload, rsa(own)).split('.');
      return `${header}.${base64url(payload.replace('PLUS', 'BASIC').replace('"timestamp":', '"changed":1,"timestamp":'))}.${signature}`;
    }
    case 'details-garbage':
      return 'this.is.nothing';
    default:
      return compact({ alg: 'RS256', x5t }, payload, rsa(own));
  }
}

function rsa({ keyPem }: Issued): (text: string) => string {
  return (text) => sign('sha256', Buffer.from(text), keyPem).toString('base64url');
}

function compact(header: object, payload: string, signed: (text: string) => string): string {
  const text = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  return `${text}.${signed(text)}`;
}

function thumbprint({ certificatePem }: Issued): string {
  return createHash('sha1').update(new X509Certificate(certificatePem).raw).digest('base64url');
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
