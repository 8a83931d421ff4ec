import { z } from 'zod';
import { clientTlsSchema } from './client-tls-settings.ts';

/** Certificate policies of BankIDs by world: on file, on card, in the phone, Nordea’s, some banks’ test BankIDs (relying party guidelines v6). */
export const bankIdPolicies = {
  production: ['1.2.752.78.1.1', '1.2.752.78.1.2', '1.2.752.78.1.5', '1.2.752.71.1.3'],
  test: ['1.2.3.4.5', '1.2.3.4.10', '1.2.3.4.25', '1.2.752.71.1.3', '1.2.752.60.1.6'],
} as const;

const tls = clientTlsSchema.refine(({ cert, pfx }) => cert !== undefined || pfx !== undefined, {
  message: 'needs the certificate that the bank issued: pfx, or cert and key',
});

const proof = z.strictObject({
  roots: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Paths of the roots, PEM, that people’s BankIDs come from; BankID hands them out on request. They are not those of its servers. A signature that leads to none of them identifies nobody',
    ),
  policies: z
    .array(z.string().regex(/^\d+(\.\d+)+$/, 'must be an object identifier'))
    .min(1)
    .optional()
    .describe('Certificate policies of the BankIDs that are accepted; every sort of BankID of the mode'),
  maxAgeSeconds: z
    .int()
    .min(60)
    .max(3600)
    .default(600)
    .describe('How old the answer about revocation may be when the result is collected; 600'),
  boundToSignature: z
    .boolean()
    .default(true)
    .describe('The answer about revocation must carry the hash of this very signature; true'),
  relyingParty: z.boolean().default(true).describe('The signature must name the subject of our own certificate; true'),
});

/**
 * One connection to BankID’s interface for relying parties, v6.0.
 *
 * What the vendor’s documents leave open is a setting here. Defaults without a source named are our choice.
 */
export const bankIdSchema = z
  .strictObject({
    mode: z
      .enum(['test', 'production'])
      .describe('Which of BankID’s two worlds; in production nothing of the test world is believed, nor the reverse'),
    url: z
      .string()
      .regex(/^https:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?$/, 'must be https://host, perhaps with a path')
      .optional()
      .describe('Base address of the methods; that of the mode, v6.0'),
    tls: tls.describe('How we prove who we are; ca is BankID’s root of the mode unless given'),
    serverRoots: z
      .array(z.string().regex(/^([0-9A-Fa-f]{2}:?){32}$/, 'must be a SHA-256 fingerprint'))
      .min(1)
      .optional()
      .describe(
        'SHA-256 fingerprints of the roots that tls.ca may hold in production, should BankID change its own; that of BankID SSL Root CA v1',
      ),
    connectTimeoutMs: z.int().min(100).max(60_000).default(5000).describe('How long connecting may take; 5000'),
    timeoutMs: z
      .int()
      .min(100)
      .max(60_000)
      .default(10_000)
      .describe('How long a call may take, connecting included; 10000'),
    intervalMs: z
      .int()
      .min(1000)
      .max(60_000)
      .default(2000)
      .describe('How long after a question about an order the next one is asked; 2000, as BankID wants it'),
    lifetimeSeconds: z
      .int()
      .min(30)
      .max(900)
      .default(300)
      .describe('When an order is taken for expired, should BankID not say so earlier; 300'),
    misses: z
      .int()
      .min(0)
      .max(100)
      .default(3)
      .describe(
        'Questions in a row that may stay without a usable answer; one more and the identification has failed; 3',
      ),
    proof: proof.describe('What is demanded of the signature and of what the bank says of it'),
  })
  .refine(({ mode, url }) => mode === 'test' || url === undefined || !/^https:\/\/[^/]*\.test\./i.test(url), {
    path: ['url'],
    message: 'is of the test world; the mode is production',
  })
  .refine(
    ({ mode, url }) =>
      mode === 'production' || url === undefined || !/^https:\/\/appapi2\.bankid\.com(:|\/|$)/i.test(url),
    {
      path: ['url'],
      message: 'is of the production world; the mode is test',
    },
  )
  .refine(
    ({ mode, proof: { policies } }) => mode === 'test' || !policies?.some((policy) => policy.startsWith('1.2.3.4.')),
    {
      path: ['proof', 'policies'],
      message: 'has policies of the test world; the mode is production',
    },
  );

/** See {@link bankIdSchema}. */
export type BankIdSettings = z.infer<typeof bankIdSchema>;
