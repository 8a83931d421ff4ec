import { z } from 'zod';

const template = z
  .string()
  .regex(/\{user\}/, 'must say {user} where the user name belongs')
  .refine(isFilter, 'must be an LDAP filter in parentheses that pair (RFC 4515)');
const groupTemplate = z
  .string()
  .regex(/\{dn\}/, 'must say {dn} where the member’s distinguished name belongs')
  .refine(isFilter, 'must be an LDAP filter in parentheses that pair (RFC 4515)');
const attribute = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*(;[A-Za-z0-9-]+)*$/, 'must be the name of an attribute (RFC 4512 §2.5)');
const dn = z.string().regex(/^[A-Za-z0-9.-]+ *=/, 'must be a distinguished name, e.g. dc=example,dc=org');

const phone = z.strictObject({
  attributes: z
    .array(attribute)
    .min(1)
    .default(['mobile', 'telephoneNumber'])
    .describe('Attributes that hold telephone numbers; mobile and telephoneNumber'),
  search: z
    .enum(['thorough', 'exact'])
    .default('thorough')
    .describe(
      'thorough finds a number however it is written, by a search that no ordinary index helps; exact asks for the usual spellings only, for large directories; thorough',
    ),
});

const groups = z.strictObject({
  required: z
    .array(dn)
    .min(1)
    .describe('Distinguished names of groups; who is in none of them is unknown to this directory'),
  nested: z.boolean().default(true).describe('Members of groups in these groups count as well; true'),
  base: dn.optional().describe('Where groups are looked for, for type ldap; base'),
  filter: groupTemplate
    .default('(|(member={dn})(uniqueMember={dn}))')
    .describe('Which groups {dn} is in, for type ldap; (|(member={dn})(uniqueMember={dn}))'),
});

/** Settings of one LDAP directory. Defaults without a source named are our choice. */
export const ldapSchema = z
  .strictObject({
    type: z
      .enum(['ldap', 'active-directory'])
      .describe(
        'Where these people are: built-in, for those of the configuration and of the store; ldap; active-directory',
      ),
    urls: z
      .array(
        z
          .string()
          .regex(
            /^ldaps?:\/\/([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/,
            'must be ldaps://host, ldaps://host:port or the like',
          ),
      )
      .min(1)
      .describe('Its servers, asked in this order when one does not answer: ldaps://host:636, ldap://host:389'),
    startTls: z.boolean().default(false).describe('Speak TLS on ldap:// as well, begun by StartTLS; false'),
    allowPlain: z
      .boolean()
      .default(false)
      .describe('Let passwords cross the network unencrypted, on ldap:// without startTls; false'),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of the authorities, PEM, whose server certificates are trusted, and no others; those Node.js trusts',
      ),
    bind: z
      .strictObject({
        name: z
          .string()
          .min(1)
          .describe('Distinguished name of the service account; in Active Directory also user@domain or DOMAIN\\user'),
        password: z.string().min(1).describe('Its password; best given as ${env:…} or ${file:…}'),
      })
      .optional()
      .describe('Service account that people are looked up with; nobody, that is anonymous'),
    base: dn.describe('Where people are looked for, e.g. dc=example,dc=org'),
    filter: template
      .optional()
      .describe(
        'How a person is found by user name, which stands for {user}; (&(objectClass=person)(uid={user})), in Active Directory (&(objectCategory=person)(objectClass=user)(|(sAMAccountName={user})(userPrincipalName={user})))',
      ),
    userName: attribute
      .optional()
      .describe(
        'Attribute whose value is the user name that accounts are kept by; uid, in Active Directory sAMAccountName',
      ),
    attributes: z
      .record(z.string().min(1), attribute)
      .default({ displayName: 'displayName', mail: 'mail', mobile: 'mobile', telephoneNumber: 'telephoneNumber' })
      .describe('Attribute of a person, as operations name it → attribute of the directory'),
    phone: phone.prefault({}).describe('How people are found by telephone number'),
    groups: groups.optional().describe('Whose members only are known here; no rule'),
    connectTimeoutMs: z
      .int()
      .min(50)
      .max(60_000)
      .default(2000)
      .describe('How long a server may take to accept a connection, TLS and the service account’s bind included; 2000'),
    timeoutMs: z
      .int()
      .min(100)
      .max(60_000)
      .default(5000)
      .describe('How long an operation may take, over all servers; 5000'),
    atOnce: z.int().min(1).max(1000).default(16).describe('Operations in flight in each server process; 16'),
    waiting: z.int().min(0).max(1000).default(64).describe('Operations that wait for one of those to end; 64'),
    failures: z.int().min(1).max(1000).default(5).describe('Failures in a row after which a server is left alone; 5'),
    openMs: z.int().min(100).max(3_600_000).default(10_000).describe('How long; then one operation tries; 10000'),
    cacheSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(0)
      .describe('How long a person who was found is not looked up again; passwords are never kept; 0'),
  })
  .refine(
    ({ urls, startTls, allowPlain }) => startTls || allowPlain || !urls.some((url) => String(url).startsWith('ldap:')),
    {
      path: ['urls'],
      message:
        'passwords would cross the network unencrypted; use ldaps://, or set startTls, or allowPlain if that is what you want',
      when: ({ value }) =>
        typeof value === 'object' && value !== null && Array.isArray((value as { urls?: unknown }).urls),
    },
  );

/** See {@link ldapSchema}. */
export type LdapSettings = z.output<typeof ldapSchema>;

/** True when parentheses pair and the whole stands in one pair. What is inside is the directory library's to read. */
function isFilter(text: string): boolean {
  let depth = 0;
  for (const [at, character] of [...text].entries()) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (depth < 1) return depth === 0 && at === [...text].length - 1;
  }
  return false;
}
