import { type Authority, createAuthority, type Issued } from './authority.ts';
import type { TransportFault } from './transport-faults.ts';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** The certificates of a simulated server. */
export interface ServerCertificates {
  readonly right: Identity;
  /** The one that this fault shows. */
  of(fault: TransportFault): Identity;
}

/** Makes the right certificate, and each of the wrong ones. */
export async function createServerCertificates(
  authority: Authority,
  host: string,
  { subject = 'CN=Simulator', names = [] }: { readonly subject?: string; readonly names?: readonly string[] } = {},
): Promise<ServerCertificates> {
  // Bound to every address, a server is reached by its loopback ones.
  const order = { subject, use: 'server' as const, names: [...new Set([host, 'localhost', '127.0.0.1', ...names])] };
  const stranger = await createAuthority({ name: 'Nobody', subject: authority.subject });
  const [right, unknown, expired, elsewhere] = await Promise.all([
    authority.issue(order),
    stranger.issue(order),
    authority.issue({ ...order, notBefore: new Date(Date.UTC(2020, 0)), notAfter: new Date(Date.UTC(2020, 1)) }),
    authority.issue({ ...order, names: ['elsewhere.example'] }),
  ]);
  const wrong: Partial<Record<TransportFault, Issued>> = {
    'certificate-other-authority': unknown,
    'certificate-expired': expired,
    'certificate-other-host': elsewhere,
  };
  return { right: toIdentity(right), of: (fault) => toIdentity(wrong[fault] ?? right) };
}

function toIdentity({ certificatePem, keyPem }: Issued): Identity {
  return { cert: certificatePem, key: keyPem };
}
