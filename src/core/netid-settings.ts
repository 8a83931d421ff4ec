import { z } from 'zod';
import { clientTlsSchema } from './client-tls-settings.ts';

/** 16 kB of PNG, the most the vendor takes, in Base64. */
const maxImageLength = 21_848;

const caller = z.strictObject({
  name: z.string().min(1).max(200).describe('Name that the app shows the person'),
  image: z
    .string()
    .regex(/^iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$/, 'must be a PNG in Base64')
    .max(maxImageLength, 'must be a PNG of at most 16 kB')
    .optional()
    .describe('Picture that the app shows the person: a PNG of at most 16 kB, in Base64; best given as ${file:…}'),
  format: z
    .enum(['pkcs7', 'raw', 'raw-256', 'raw-512'])
    .optional()
    .describe('Form of the signature in the result; the server’s, which is pkcs7'),
});

const certificate = z.strictObject({
  required: z.boolean().default(false).describe('A result without the person’s certificate is no result; false'),
  authorities: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Paths of the authorities, PEM, that issue the certificates of persons, e.g. those of SITHS; one of any other is refused, and required is true. Without them the server’s word is taken',
    ),
  skewSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe('How far the clocks may be apart when its validity is checked; 60'),
});

/**
 * One connection to a Net iD Access server.
 *
 * What the vendor’s documents leave open is a setting here. Defaults without a source named are our choice.
 */
export const netIdSchema = z.strictObject({
  url: z
    .string()
    .regex(/^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, 'must be https://host/path')
    .describe('Address of the server, with its path, which is usually /nias/ServiceServer.asmx'),
  soap: z.enum(['1.1', '1.2']).default('1.1').describe('Version of SOAP; 1.1'),
  tls: clientTlsSchema.default({}).describe('How we prove who we are, and whom we take for the server'),
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe('How long a call may take; 10000'),
  intervalMs: z
    .int()
    .min(250)
    .max(60_000)
    .default(1000)
    .describe('How long after a question about an order the next one is asked; 1000'),
  lifetimeSeconds: z
    .int()
    .min(10)
    .max(900)
    .default(120)
    .describe('When an order is taken for expired, should the server not say so earlier; 120'),
  misses: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('Questions in a row without a usable answer after which the identification has failed; 3'),
  personalNumbers: z
    .enum(['twelve-digits', 'as-given'])
    .default('twelve-digits')
    .describe(
      'Form in which personal numbers are sent and answered: twelve-digits, whatever blanks and hyphens were in them; as-given; twelve-digits',
    ),
  caller: caller.optional().describe('What the server is told of us before the first order; nothing'),
  options: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe('Text for the server that goes with every order; none. Its form is the vendor’s'),
  startLink: z
    .string()
    .regex(/^[a-z][a-z0-9+.-]*:[^\s?#]*$/, 'must be a scheme with what follows it, e.g. netid:///')
    .default('netid:///')
    .describe('What opens the app on the device the person sits at; netid:///'),
  certificate: certificate.prefault({}).describe('What is demanded of the person’s certificate'),
});

/** See {@link netIdSchema}. */
export type NetIdSettings = z.infer<typeof netIdSchema>;
