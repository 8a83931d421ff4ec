import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateReader } from '../../adapters/certificate-reader-x509.ts';
import type { CertificateReader } from '../../core/certificate-reader.ts';

/** A reader that trusts these authorities, PEM. */
export function certificatesOf(...authorities: readonly string[]): CertificateReader {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-netid-'));
  try {
    const paths = authorities.map((pem, index) => {
      const path = join(folder, `${index}.pem`);
      writeFileSync(path, pem);
      return path;
    });
    return createCertificateReader('netid.default.certificate.authorities', paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A certificate as the server sends it: Base64 of DER. */
export function derOf({ certificatePem }: { readonly certificatePem: string }): string {
  return certificatePem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
}
