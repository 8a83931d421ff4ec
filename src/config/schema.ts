import { z } from 'zod';
import { attemptPolicySchema } from '../core/attempts.ts';
import { authenticatorSchema } from '../core/authenticator-settings.ts';
import { bankIdSchema } from '../core/bankid-settings.ts';
import { frejaSchema } from '../core/freja-settings.ts';
import { ldapSchema } from '../core/ldap-settings.ts';
import { messagesSchema } from '../core/message-settings.ts';
import { netIdSchema } from '../core/netid-settings.ts';
import { operationSchema } from '../core/operation.ts';
import { pushSchema } from '../core/push-settings.ts';

const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
    'must be 1–64 letters, digits, "_", "." or "-", beginning with a letter or digit',
  );
const port = z.int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ });
const names = z.array(z.string().min(1)).min(1);

// Without this, a rule over several settings would wait until each of them is right, and faults would come one by one.
function isMap({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null;
}

const tls = z
  .strictObject({
    cert: z.string().optional().describe('Path of the certificate chain, PEM'),
    key: z.string().optional().describe('Path of the private key, PEM'),
    pfx: z.string().optional().describe('Path of a PKCS#12 file with certificate and key, instead of cert and key'),
    passphrase: z.string().optional().describe('Opens the key or the PKCS#12 file; best given as ${file:…}'),
    clientCa: names.optional().describe('Paths of the authorities, PEM, whose client certificates are looked at'),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('Oldest TLS version spoken; TLSv1.2'),
  })
  .refine(
    ({ cert, key, pfx }) =>
      (pfx === undefined) !== (cert === undefined) && (cert === undefined) === (key === undefined),
    {
      message: 'needs either cert and key, or pfx',
      when: isMap,
    },
  );

const proxies = z.strictObject({
  addresses: names.describe(
    'Addresses or networks (10.0.0.0/8) of the proxies; their X-Forwarded-For is believed, nobody else’s is',
  ),
  certificateHeader: identifier
    .optional()
    .describe(
      'Header in which a proxy hands on the client’s certificate, PEM, plain or URL-encoded, e.g. SSL_CLIENT_CERT',
    ),
  verifyHeader: identifier
    .default('SSL_CLIENT_VERIFY')
    .describe('Header in which the proxy says SUCCESS when it checked that certificate; SSL_CLIENT_VERIFY'),
});

const listen = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on; 127.0.0.1'),
  port: port.default(8080).describe('Port to listen on; 0 takes any free one; 8080'),
  tls: tls.optional().describe('Speak HTTPS'),
  proxies: proxies.optional().describe('Reverse proxies in front of this server'),
  allowOpenTenants: z
    .boolean()
    .default(false)
    .describe('Let tenants with an open caller be reached from other machines, by anyone; false'),
});

const basic = z
  .strictObject({
    username: z
      .string()
      .min(1)
      .regex(/^[^:]*$/, 'must not hold a colon (RFC 7617 §2)')
      .describe('User name of HTTP Basic'),
    password: z.string().min(1).optional().describe('Its password; best given as ${env:…} or ${file:…}'),
    passwordHash: z
      .string()
      .regex(
        /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/,
        'must be an argon2id hash in PHC form: $argon2id$v=19$m=…,t=…,p=…$<salt>$<hash>',
      )
      .optional()
      .describe('Its password as an argon2id hash in PHC form, instead'),
  })
  .refine(({ password, passwordHash }) => (password === undefined) !== (passwordHash === undefined), {
    message: 'needs either password or passwordHash',
    when: isMap,
  });

const certificate = z
  .strictObject({
    fingerprint256: z
      .string()
      .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, 'must be 64 hexadecimal digits')
      .optional()
      .describe('SHA-256 fingerprint of the certificate'),
    commonName: z.string().min(1).optional().describe('Common name of its subject'),
    dnsName: z.string().min(1).optional().describe('A DNS name among its alternative names'),
    issuerCommonName: z.string().min(1).optional().describe('Common name of its issuer, in addition'),
  })
  .refine(
    ({ fingerprint256, commonName, dnsName }) =>
      [fingerprint256, commonName, dnsName].some((given) => given !== undefined),
    {
      message: 'needs fingerprint256, commonName or dnsName',
      when: isMap,
    },
  );

const bearer = z
  .strictObject({
    issuer: z.string().min(1).optional().describe('Issuer (iss) of the JWTs that are accepted'),
    audience: z.string().min(1).describe('Audience (aud) that the token must name'),
    jwks: url.optional().describe('Where the issuer publishes its keys (RFC 7517)'),
    introspection: z
      .strictObject({
        url: url.describe('Introspection endpoint (RFC 7662)'),
        clientId: z.string().min(1).describe('Name by which we ask it'),
        clientSecret: z.string().min(1).describe('And its secret'),
        cacheSeconds: z.int().min(0).max(300).default(10).describe('How long its yes is believed; 10'),
      })
      .optional()
      .describe('Ask the issuer about each token, instead of checking a JWT'),
    scope: z.string().min(1).optional().describe('A scope that the token must carry'),
    clientIds: names.optional().describe('Clients (client_id or azp) that may call; any'),
  })
  .refine(
    ({ jwks, issuer, introspection }) =>
      introspection === undefined ? jwks !== undefined && issuer !== undefined : jwks === undefined,
    {
      message: 'needs either issuer and jwks, or introspection',
      when: isMap,
    },
  );

const proofs = ['open', 'basic', 'certificate', 'bearer'];

const oneProof = {
  error(issue: z.core.$ZodRawIssue) {
    const several = issue.code === 'unrecognized_keys' && issue.keys.some((key) => proofs.includes(key));
    const message = 'a caller has exactly one of open, basic, certificate and bearer';
    return several || issue.code === 'invalid_union' ? message : undefined;
  },
};

const caller = z.union(
  [
    z.strictObject({ open: z.literal(true).describe('Anyone who reaches the server, without proof') }, oneProof),
    z.strictObject({ basic: basic.describe('HTTP Basic (RFC 7617)') }, oneProof),
    z.strictObject({ certificate: certificate.describe('A client certificate in which all of this is so') }, oneProof),
    z.strictObject({ bearer: bearer.describe('An access token of an authorization server (RFC 6750)') }, oneProof),
  ],
  oneProof,
);

const tenant = z.strictObject({
  name: z.string().optional().describe('What people call it'),
  realm: identifier.default('default').describe('Whose people it asks about; default'),
  operations: names.describe('What it may ask for'),
  callers: z
    .array(caller)
    .min(1)
    .describe('How a caller may prove that it speaks for the tenant; one of them is enough'),
  rateLimit: z
    .strictObject({
      perSecond: z
        .number()
        .positive()
        .max(1_000_000)
        .describe('Requests per second in the long run, in each server process'),
      burst: z.int().min(1).max(1_000_000).describe('Requests that may come at once'),
    })
    .optional()
    .describe('How much it may ask; as much as it likes'),
});

const token = z.strictObject({
  type: z.enum(['totp', 'hotp']).describe('By time (RFC 6238) or by counter (RFC 4226)'),
  id: identifier.describe('Its serial number; one realm holds each only once'),
  secret: z
    .string()
    .regex(/^[A-Za-z2-7 ]+=*$/, 'must be Base32 (RFC 4648)')
    .describe('Its seed, Base32'),
  algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']).default('SHA1').describe('Its hash function; SHA1'),
  digits: z.int().min(6).max(8).default(6).describe('Length of its codes; 6'),
  periodSeconds: z.int().min(5).max(300).default(30).describe('How long a code lasts, for totp; 30'),
  counter: z.int().min(0).default(0).describe('Its first counter, for hotp; 0'),
});

const person = z.strictObject({
  attributes: z
    .record(z.string().min(1), z.union([z.string(), z.array(z.string())]))
    .default({})
    .describe('Attribute → value or values, e.g. mail, mobile, displayName'),
  password: z.string().min(1).optional().describe('Password, for try-outs; shown on the demo page when `demo` is on'),
  tokens: z.array(token).default([]).describe('Tokens that are made at the first start'),
});

const builtIn = z.strictObject({
  // Described where the other choices are: it is one setting, and listed once.
  type: z.literal('built-in'),
  people: z.record(identifier, person).default({}).describe('User name → person'),
});

const directory = z.discriminatedUnion('type', [builtIn, ldapSchema], {
  error: ({ code }) => (code === 'invalid_union' ? 'must be built-in, ldap or active-directory' : undefined),
});

const realm = z.strictObject({
  directories: z
    .array(directory)
    .min(1)
    .describe('Where people are looked up: the first that knows a user name answers for it'),
  attempts: attemptPolicySchema.prefault({}).describe('Wrong codes and passwords before a person is locked'),
});

/** The whole configuration. One schema gives the check, the type, `config/schema.json` and the list in docs/settings.md. */
export const configSchema = z.strictObject({
  listen: listen.prefault({}).describe('The API'),
  management: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('Address to listen on; 127.0.0.1'),
      port: port.describe('Port to listen on; 0 takes any free one'),
    })
    .optional()
    .describe('Health, readiness and metrics, on a port of their own; none'),
  data: z
    .string()
    .default('./data')
    .describe('Folder of the embedded store and the keys, relative to the working directory; ./data'),
  store: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be postgres://user:password@host:port/database')
    .optional()
    .describe(
      'Where everything is kept, instead of the embedded store: postgres://user:password@host:port/database, PostgreSQL 15 or later; best given as ${env:…} or ${file:…}. TLS is spoken to other machines; see docs/operating.md for sslmode and sslrootcert',
    ),
  keys: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Sealing keys, <id>:<base64 of 32 bytes>, the newest last; best given as ${env:…} or ${file:…}. Without it they lie in keys.txt in the data folder',
    ),
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least level that is written; info'),
    })
    .prefault({})
    .describe('The technical log, JSON lines on standard output'),
  drainSeconds: z
    .number()
    .min(0)
    .max(300)
    .default(5)
    .describe('How long requests under way may take when the server is told to stop; 5'),
  apiDocumentation: z.boolean().default(true).describe('Serve /openapi.json and /docs/; true'),
  demo: z
    .boolean()
    .default(false)
    .describe(
      'Serve the demo page at /, with secrets of the people below, and play each of bankid, freja and netid that has no connection; only on loopback; false',
    ),
  messages: messagesSchema.prefault({}).describe('Text messages and mail to people'),
  bankid: z
    .record(identifier, bankIdSchema)
    .default({})
    .describe('Connections to BankID, by the name that steps call them'),
  freja: z
    .record(identifier, frejaSchema)
    .default({})
    .describe('Connections to Freja eID, by the name that steps call them'),
  netid: z
    .record(identifier, netIdSchema)
    .default({})
    .describe('Connections to Net iD Access servers, by the name that steps call them'),
  push: pushSchema.prefault({}).describe('Approving on the phone'),
  realms: z.record(identifier, realm).describe('Realm → its directories and rules'),
  tenants: z.record(identifier, tenant).describe('Tenant id, as the header `tenant` says it → tenant'),
  operations: z
    .record(identifier, operationSchema)
    .default({})
    .describe('Operations of one’s own, and replacements of those that ship'),
  authenticators: z.array(authenticatorSchema).default([]).describe('Sign-in pages'),
});

/** The configuration after every check. */
export type Config = z.output<typeof configSchema>;
