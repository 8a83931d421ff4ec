import { attributeOf, type CertificateFacts } from '../../core/certificate.ts';
import type { FrejaSettings } from '../../core/freja-settings.ts';
import type { Signer } from '../../core/jws.ts';

/** Thumbprints of the certificates that the test world has signed with (public clients; computed anew from the published certificates). */
const testSigners: ReadonlySet<string> = new Set([
  'DiZbzBfysUm6-IwI-GtienEsbjc',
  '2LQIrINOzwWAVDhoYybqUcXXmVs',
  'HwMHK_gb3_iuNF1advMtlG0-fUs',
]);

type Mode = Pick<FrejaSettings, 'mode'>;

/** What is wrong with believing these authorities in this mode: in production, the root of the test world. Undefined when nothing is. */
export function objectionToAuthorities({ mode }: Mode, authorities: readonly CertificateFacts[]): string | undefined {
  if (mode === 'test') return undefined;
  const found = authorities.find(({ subject }) => /\btest\b/i.test(attributeOf(subject, 'cn') ?? ''));
  return found && 'tls.ca is an authority of the test world, and the mode is production';
}

/** What is wrong with believing these signers in this mode: in production, those of the test world. Undefined when nothing is. */
export function objectionToSigners({ mode }: Mode, signers: readonly Signer[]): string | undefined {
  if (mode === 'test') return undefined;
  const found = signers.find(({ x5t, subject }) => testSigners.has(x5t) || /^CN=.*\btest\b/im.test(subject));
  return found && 'a certificate is one of the test world, and the mode is production';
}
