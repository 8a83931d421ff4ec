import { z } from 'zod';
import { clientTlsSchema } from './client-tls-settings.ts';

/** Names of attributes that can be asked for (the vendor's open-source client; PhenixID documents seven of them). */
export const attributeNames = [
  'BASIC_USER_INFO',
  'SSN',
  'EMAIL_ADDRESS',
  'ALL_EMAIL_ADDRESSES',
  'ALL_PHONE_NUMBERS',
  'DATE_OF_BIRTH',
  'AGE',
  'ADDRESSES',
  'CUSTOM_IDENTIFIER',
  'RELYING_PARTY_USER_ID',
  'INTEGRATOR_SPECIFIC_USER_ID',
  'UNIQUE_PERSONAL_IDENTIFIER',
  'ORGANISATION_ID_IDENTIFIER',
  'ORGANISATION_ID',
  'REGISTRATION_LEVEL',
  'LOA_LEVEL',
  'DOCUMENT',
  'PHOTO',
  'DOCUMENT_PHOTO',
  'NFC_ID_PHOTO',
  'NETWORK_INFO',
  'GENDER',
  'COVID_CERTIFICATES',
  'DOCUMENT_INFO_WITH_PDF',
  'CHILDREN_DOCUMENT_INFO_WITH_PDF',
] as const;

/** TLS to Freja: both sides prove who they are, and Freja's authority is its own ("Authentication Services", Transport). */
const mutualTls = clientTlsSchema.refine(
  ({ cert, pfx, ca }) => (cert !== undefined || pfx !== undefined) && ca !== undefined,
  {
    message:
      'needs the client certificate (pfx, or cert and key) that Freja gave out, and ca, the authority of its servers',
  },
);

/**
 * One connection to Freja eID's services for relying parties.
 *
 * What the vendor's documents leave open is a setting here. Defaults without a source named are our choice.
 */
export const frejaSchema = z
  .strictObject({
    mode: z
      .enum(['test', 'production'])
      .describe('Which of Freja’s two worlds; in production nothing of the test world is believed'),
    url: z
      .string()
      .regex(/^https:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?$/, 'must be https://host, perhaps with a path')
      .optional()
      .describe('Address of the services; that of the mode'),
    context: z
      .enum(['personal', 'organisation'])
      .default('personal')
      .describe(
        'Which eIDs are asked for: personal, or those that an organisation gave out, which ORG_ID needs; personal',
      ),
    tls: mutualTls.describe('How we prove who we are, and whom we take for Freja'),
    jwsCertificates: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        'Paths of the certificates, PEM, that Freja signs results with. Those of before and after a change may stand side by side; the files are read again when they change',
      ),
    relyingPartyId: z
      .string()
      .regex(/^[^\s&=]{1,256}$/, 'must be 1 to 256 characters without blanks, & and =')
      .optional()
      .describe('For whom we ask, where one certificate serves several relying parties; ourselves'),
    contentType: z
      .enum(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])
      .default('application/json')
      .describe('What requests are labelled as; application/json, as the vendor’s own client does'),
    orgIdIssuer: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe('In the context organisation: whose eIDs are taken, ANY for everybody’s; ours'),
    confirmation: z
      .enum(['DEFAULT', 'DEFAULT_AND_FACE'])
      .optional()
      .describe('How the person confirms; DEFAULT_AND_FACE needs the level EXTENDED; left to Freja'),
    dynamicQr: z.boolean().default(false).describe('QR codes that change every second. Freja calls this a beta; false'),
    links: z
      .enum(['app', 'web'])
      .default('app')
      .describe('Links that open the app: app for frejaeid://, web for https://app.….frejaeid.com; app'),
    unknownUser: z
      .enum(['expire', 'refuse'])
      .default('expire')
      .describe(
        'A person Freja does not know: expire, as if nobody answered, so that nobody learns who has an eID; or refuse at once; expire',
      ),
    timeoutMs: z.int().min(100).max(60_000).default(10_000).describe('How long a call may take; 10000'),
    intervalMs: z
      .int()
      .min(1000)
      .max(60_000)
      .default(2000)
      .describe('How often Freja is asked about one identification, at most; 2000'),
    lifetimeSeconds: z
      .int()
      .min(10)
      .max(900)
      .default(125)
      .describe('When an identification expires here; 125: Freja’s two minutes, and the time to hear of it'),
    misses: z
      .int()
      .min(1)
      .max(1000)
      .default(4)
      .describe(
        'Questions in a row without a usable answer after which the identification has failed; 4: one and three more, as in the vendor’s own client',
      ),
    skewSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(300)
      .describe('How far the time in a signed result may be from ours; 300'),
  })
  .refine(({ mode, url = '' }) => mode === 'test' || !/\.test\.frejaeid\.com(?=[:/]|$)/i.test(url), {
    message: 'url is of the test world, and the mode is production',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** See {@link frejaSchema}. */
export type FrejaSettings = z.infer<typeof frejaSchema>;
