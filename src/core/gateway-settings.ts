import { z } from 'zod';

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/,
    'must be 1–32 letters, digits, "_" or "-", beginning with a letter or digit',
  )
  .optional()
  .describe('What events call it; how it is written here, e.g. twilio');
const timeoutMs = z
  .int()
  .min(500)
  .max(60_000)
  .default(5000)
  .describe('How long it may take to answer, connecting included; 5000');
const url = z.url({ protocol: /^https?$/ });
const from = z
  .string()
  .regex(
    /^(\+?[0-9]{3,15}|[A-Za-z0-9][A-Za-z0-9 _.&-]{0,10})$/,
    'must be a number, or 1–11 letters and digits (3GPP TS 23.040 §9.1.2.5)',
  );
const sender = from.describe('Sender that is shown: a number, or up to 11 letters and digits');
const any = { name, timeoutMs };
const secret = z.string().min(1);

const elks = z.strictObject({
  ...any,
  url: url.default('https://api.46elks.com').describe('Where its API is; https://api.46elks.com'),
  username: z.string().min(1).describe('API user name'),
  password: secret.describe('API password; best given as ${env:…} or ${file:…}'),
  from: sender,
});

const twilio = z
  .strictObject({
    ...any,
    url: url.default('https://api.twilio.com').describe('Where its API is; https://api.twilio.com'),
    accountSid: z.string().min(1).describe('Account SID'),
    authToken: secret.describe('Auth token; its signatures on receipts are checked with it, too'),
    apiKey: z
      .strictObject({ sid: z.string().min(1).describe('Its SID'), secret: secret.describe('And its secret') })
      .optional()
      .describe('API key to ask with, instead of the auth token'),
    from: from.optional().describe('Sender that is shown: a number, or up to 11 letters and digits'),
    messagingServiceSid: z.string().min(1).optional().describe('Messaging service that chooses the sender, instead'),
  })
  .refine(({ from, messagingServiceSid }) => (from === undefined) !== (messagingServiceSid === undefined), {
    message: 'needs either from or messagingServiceSid',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

const vonage = z.strictObject({
  ...any,
  url: url.default('https://rest.nexmo.com').describe('Where its API is; https://rest.nexmo.com'),
  apiKey: z.string().min(1).describe('API key'),
  apiSecret: secret.describe('API secret; best given as ${env:…} or ${file:…}'),
  from: sender,
});

const sinch = z.strictObject({
  ...any,
  url: url.default('https://eu.sms.api.sinch.com').describe('Where its API is; https://eu.sms.api.sinch.com'),
  servicePlanId: z.string().min(1).describe('Service plan id'),
  apiToken: secret.describe('API token; best given as ${env:…} or ${file:…}'),
  from: sender,
});

const link = z.strictObject({
  ...any,
  url: url.describe('Where its API is: scheme and host, different in each market'),
  username: z.string().min(1).describe('User name'),
  password: secret.describe('Password; best given as ${env:…} or ${file:…}'),
  platformId: z.string().min(1).describe('Platform id'),
  platformPartnerId: z.string().min(1).describe('Platform partner id'),
  deliveryReportGates: z
    .array(z.string().min(1))
    .default([])
    .describe('Gates, set up with the provider, that post receipts here; none'),
  from: sender,
});

const smpp = z.strictObject({
  ...any,
  host: z.string().min(1).describe('Host of the message centre'),
  port: z.int().min(1).max(65_535).default(2775).describe('Its port; 2775'),
  tls: z.boolean().default(false).describe('Speak TLS; false'),
  systemId: z.string().min(1).max(15).describe('system_id to bind with'),
  password: z.string().max(8).describe('Password to bind with; SMPP has room for 8 characters'),
  systemType: z.string().max(12).default('').describe('system_type; empty'),
  from: sender,
  window: z.int().min(1).max(1000).default(10).describe('Messages that may be unanswered at once; 10'),
  enquireSeconds: z.int().min(1).max(3600).default(30).describe('Silence after which the link is tried; 30'),
  receipts: z.boolean().default(true).describe('Ask for delivery receipts; true'),
  receiptIds: z
    .enum(['same', 'decimal'])
    .default('same')
    .describe('Receipts name a message as its answer did, or in decimal what the answer gave in hexadecimal; same'),
});

const placeholders = '{to} {toNoPlus} {to00} {toNational} {from} {text} {reference} {user} {password}';
const known = new Set(placeholders.match(/\w+/g));

function hasKnownOnly(text: string): boolean {
  return [...text.matchAll(/\{(\w+)\}/g)].every(([, word]) => known.has(word ?? ''));
}

const knowsOnly = { message: `knows only ${placeholders}` };

/** Text with the placeholders of the generic gateway in it. */
function filled() {
  return z.string().refine(hasKnownOnly, knowsOnly);
}

const http = z
  .strictObject({
    ...any,
    method: z.enum(['GET', 'POST', 'PUT']).default('POST').describe('HTTP method; POST'),
    url: filled()
      .regex(/^https?:\/\/[^/{?#]+/, 'must be an http or https address whose host is fixed')
      .describe(`Address; ${placeholders} stand for values, percent-encoded`),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/), filled().regex(/^[^\r\n]*$/))
      .default({})
      .describe('Header → value, with placeholders'),
    basic: z
      .strictObject({ username: z.string().describe('User name'), password: z.string().describe('Password') })
      .optional()
      .describe('Prove ourselves with HTTP Basic'),
    form: z.record(z.string(), filled()).optional().describe('Body: form field → value, with placeholders'),
    json: z
      .record(z.string(), z.unknown())
      .refine((tree) => hasKnownOnly(JSON.stringify(tree)), knowsOnly)
      .optional()
      .describe('Body: JSON, in whose texts placeholders stand for values'),
    xml: filled().optional().describe('Body: XML, in which placeholders stand for escaped values'),
    charset: z
      .enum(['utf-8', 'iso-8859-1'])
      .default('utf-8')
      .describe('Of address, form and XML; iso-8859-1 refuses what it cannot write; utf-8'),
    from: from.optional().describe('Value of {from}'),
    user: z.string().optional().describe('Value of {user}'),
    password: z.string().optional().describe('Value of {password}; best given as ${env:…} or ${file:…}'),
    accepted: z
      .strictObject({
        statuses: z
          .array(z.int().min(100).max(599))
          .min(1)
          .default([200, 201, 202, 204])
          .describe('Statuses that mean so; 200, 201, 202, 204'),
        startsWith: z.string().min(1).optional().describe('And the body begins with this'),
        contains: z.string().min(1).optional().describe('And the body holds this'),
        json: z
          .record(
            z.string().regex(/^\//, 'must be a JSON pointer (RFC 6901)'),
            z.union([z.string(), z.number(), z.boolean()]),
          )
          .optional()
          .describe('And this stands in the JSON body: JSON pointer (RFC 6901) → value'),
      })
      .prefault({})
      .describe('What counts as accepted'),
    id: z
      .string()
      .regex(/^\//, 'must be a JSON pointer (RFC 6901)')
      .optional()
      .describe('JSON pointer to the message id in the answer'),
  })
  .refine(({ form, json, xml }) => [form, json, xml].filter((body) => body !== undefined).length <= 1, {
    message: 'has at most one of form, json and xml',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** How to reach a mail server. */
const server = {
  host: z.string().min(1).describe('Host of the mail server'),
  port: z.int().min(1).max(65_535).default(587).describe('Its port; 587'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('STARTTLS, TLS from the start, or neither; starttls'),
  username: z.string().min(1).optional().describe('User name, if the server wants one'),
  password: z.string().optional().describe('Its password; best given as ${env:…} or ${file:…}'),
  from: z.email().describe('Address of the sender'),
};

const mail = z.strictObject({
  ...any,
  ...server,
  to: filled()
    .regex(/^[^\s@<>,;:"()[\]]+@[A-Za-z0-9.-]+$/, 'must be a mail address')
    .describe('Address of the recipient, with placeholders, e.g. {to00}@sms.example.se'),
  subject: filled()
    .regex(/^[^\r\n]*$/)
    .default('')
    .describe('Subject, with placeholders; empty'),
});

const kinds = ['http', '46elks', 'twilio', 'vonage', 'sinch', 'link', 'smpp', 'mail', 'log'] as const;

const oneKind = {
  error(issue: z.core.$ZodRawIssue) {
    const several = issue.code === 'unrecognized_keys' && issue.keys.some((key) => kinds.some((kind) => kind === key));
    const message = `a gateway has exactly one of ${kinds.join(', ')}`;
    return several || issue.code === 'invalid_union' ? message : undefined;
  },
};

/** One way of sending text messages. */
export const gatewaySchema = z.union(
  [
    z.strictObject({ http: http.describe('Any gateway that takes HTTP requests') }, oneKind),
    z.strictObject({ '46elks': elks.describe('46elks') }, oneKind),
    z.strictObject({ twilio: twilio.describe('Twilio Messages') }, oneKind),
    z.strictObject({ vonage: vonage.describe('Vonage SMS') }, oneKind),
    z.strictObject({ sinch: sinch.describe('Sinch SMS') }, oneKind),
    z.strictObject({ link: link.describe('LINK Mobility') }, oneKind),
    z.strictObject({ smpp: smpp.describe('A message centre that speaks SMPP 3.4') }, oneKind),
    z.strictObject({ mail: mail.describe('A gateway that takes mail') }, oneKind),
    z.strictObject(
      { log: z.strictObject({ name }).describe('Sends nothing: keeps the last messages in memory, for the demo') },
      oneKind,
    ),
  ],
  oneKind,
);

/** How mail to people is sent. */
export const mailSchema = z.union([
  z.strictObject({ smtp: z.strictObject({ timeoutMs, ...server }).describe('By a mail server') }),
  z.strictObject({ log: z.strictObject({}).describe('Not at all: it is kept in memory with the text messages') }),
]);

/** See {@link gatewaySchema}. */
export type GatewaySettings = z.output<typeof gatewaySchema>;

/** The settings of one kind of gateway. */
export type SettingsOf<Kind extends (typeof kinds)[number]> = Extract<
  GatewaySettings,
  { readonly [Key in Kind]: unknown }
>[Kind];

/** How to reach a mail server; see {@link mailSchema}. */
export type MailServerSettings = Extract<z.output<typeof mailSchema>, { readonly smtp: unknown }>['smtp'];
