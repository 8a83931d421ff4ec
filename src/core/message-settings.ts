import { z } from 'zod';
import { type GatewaySettings, gatewaySchema, mailSchema } from './gateway-settings.ts';

const prefix = z.string().regex(/^\+[0-9]{1,15}$/, 'must be "+" and digits, e.g. +46');
const perDay = z.int().min(0).max(1_000_000_000);

/** How often one recipient may be written to; HTTP API reference 5.4. */
export const throttleSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Watch it at all; true'),
  requests: z.int().min(2).max(1000).default(5).describe('Latest messages that are looked at; 5'),
  meanIntervalSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(30)
    .describe('Least time between them, on average; faster leads to quarantine; 30'),
  quarantineSeconds: z
    .int()
    .min(1)
    .max(604_800)
    .default(600)
    .describe('How long nothing more is sent to the recipient; 600'),
});

/** See {@link throttleSchema}. */
export type ThrottlePolicy = z.output<typeof throttleSchema>;

/** The settings below `messages`. */
export const messagesSchema = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)')
    .default('SE')
    .describe('Country of numbers that are written without one; SE'),
  gateways: z
    .array(gatewaySchema)
    .default([])
    .superRefine((gateways, context) => {
      const names = gateways.map(nameOf);
      for (const [index, name] of names.entries()) {
        if (names.indexOf(name) === index) continue;
        context.addIssue({ code: 'custom', path: [index], message: `there are two gateways named "${name}"` });
      }
    })
    .describe('Ways of sending text messages; the next is tried when one does not take a message; none'),
  connectTimeoutMs: z
    .int()
    .min(100)
    .max(10_000)
    .default(2000)
    .describe('How long connecting to a gateway may take before the next is tried; 2000'),
  breaker: z
    .strictObject({
      failures: z.int().min(1).max(1000).default(3).describe('Failures in a row after which a gateway is left out; 3'),
      openSeconds: z.int().min(1).max(3600).default(30).describe('How long; then one message tries it; 30'),
    })
    .prefault({})
    .describe('When a gateway is left alone'),
  throttle: throttleSchema.prefault({}).describe('How often one number, or mail address, may be written to'),
  budget: z
    .strictObject({
      perDay: perDay.optional().describe('Text messages of each tenant in a day (UTC); as many as it likes'),
      tenants: z.record(z.string(), perDay).default({}).describe('Tenant id → its own number of messages a day'),
    })
    .prefault({})
    .describe('How much a tenant may send'),
  allowedPrefixes: z.array(prefix).min(1).optional().describe('Beginnings of numbers that may be sent to; all'),
  deniedPrefixes: z.array(prefix).default([]).describe('Beginnings of numbers that may not, even if allowed; none'),
  receiptsUrl: z
    .url({ protocol: /^https?$/ })
    .regex(
      /^[a-z]+:\/\/[^/?#@\s]+(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/,
      'must be an address with no more than a host and a plain path, e.g. https://portvakt.example.org/receipts',
    )
    .optional()
    .describe(
      'Address below which providers reach this server with delivery receipts; without it they are not asked to',
    ),
  mail: mailSchema.optional().describe('How mail to people is sent; not at all'),
});

/** See {@link messagesSchema}. */
export type MessageSettings = z.output<typeof messagesSchema>;

/** What events call a gateway. */
export function nameOf(gateway: GatewaySettings): string {
  const [kind, settings] = Object.entries(gateway)[0] as [string, { readonly name?: string }];
  return settings.name ?? kind;
}
