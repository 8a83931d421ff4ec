import { z } from 'zod';

/** How we prove who we are to a service that demands a client certificate, and whom we believe to be that service. */
export const clientTlsSchema = z
  .strictObject({
    cert: z.string().optional().describe('Path of the client certificate with its chain, PEM'),
    key: z.string().optional().describe('Path of its private key, PEM'),
    pfx: z.string().optional().describe('Path of a PKCS#12 file with both, instead of cert and key'),
    passphrase: z.string().optional().describe('Opens the key or the PKCS#12 file; best given as ${file:…}'),
    ca: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Paths of the authorities, PEM, that the service’s certificate may come from; nobody else is believed'),
  })
  .refine(
    ({ cert, key, pfx }) => (pfx === undefined || cert === undefined) && (cert === undefined) === (key === undefined),
    {
      message: 'needs either cert and key, or pfx',
      when: ({ value }) => typeof value === 'object' && value !== null,
    },
  );

/** See {@link clientTlsSchema}. */
export type ClientTlsSettings = z.infer<typeof clientTlsSchema>;
