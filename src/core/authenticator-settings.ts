import { z } from 'zod';
import { requirementSchema } from './bankid-requirement.ts';
import { conditionSchema, parseCondition } from './condition.ts';
import { attributeNames } from './freja-settings.ts';
import { template } from './template.ts';

/** Every type of authenticator there is (Fortified ID, "Authenticators"). */
export const authenticatorTypes = [
  'NiasOnOtherDevice',
  'NiasOnSameDevice',
  'BidOnOtherDevice',
  'BidOnMobileDevice',
  'FrejaWithUserInput',
  'FrejaWithQRCode',
  'OneTouch',
  'UserNameAndPassword',
  'UserLookup',
  'OTPValidator',
  'Passkey',
  'Selector',
  'Chain',
] as const;

/** See {@link authenticatorTypes}. */
export type AuthenticatorTypeName = (typeof authenticatorTypes)[number];

const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be 1–64 letters, digits, "_" or "-"');
/** Names that every object of the language has are refused, for all that no look-up of ours finds them. */
const ownName = identifier.refine((name) => !(name in {}), 'is a word of the language');
const path = z
  .string()
  .regex(
    /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
    'must begin with "/", not end with it, and be of letters, digits, ".", "_" and "-"',
  )
  .max(200);
const location = z
  .string()
  .regex(
    /^(https:\/\/[^/\s\\]|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+(?![^/?#])|\/)|\/(?![/\\]))[^\s\\]*$/,
    'must be an https address, or a path beginning with one "/"',
  )
  .max(2000);

const link = z.strictObject({
  identity: z
    .string()
    .min(1)
    .describe('What the service says of the person that the directory has too, e.g. personalNumber'),
  attribute: z.string().min(1).describe('Attribute of the directory that holds it'),
  spelling: z.enum(['as-is', 'personal-number']).default('as-is').describe('As step link-person has it; as-is'),
});

const condition = conditionSchema.transform((text, context) => {
  try {
    return parseCondition(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const option = z.strictObject({
  id: identifier.describe('Name of the choice'),
  target: identifier.describe('Authenticator it leads to; needs the same base_path'),
  label: z.string().min(1).max(200).describe('What the page shows: a text, or a key of the page’s texts'),
  logo: z
    .string()
    .regex(
      /^(\/(?![/\\])|data:image\/(png|jpeg|gif|webp|svg\+xml)[;,])[^\s\\]*$/,
      'must be a path of this server, or a data: address of a picture: pages show no others',
    )
    .max(8000)
    .optional()
    .describe('Address of a picture beside it: a path, or data:image/…'),
  include_expr: condition
    .optional()
    .describe('Offer it only if this holds: a condition over exports, headers, tenant and origin'),
});

const item = z.strictObject({
  id: identifier.describe('Authenticator; needs the same base_path'),
  required: z.boolean().default(true).describe('Without it the chain fails; true'),
  order: z.int().optional().describe('Its place; counts only if every item has one'),
});

const config = z.strictObject({
  tenant: z.string().min(1).describe('Tenant for which people sign in: whose realm, and in whose name operations run'),
  context_path: path.optional().describe('Whole path of an authenticator that stands alone'),
  base_path: path
    .optional()
    .describe('Path under which it stands by its id, with all that belong to one sign-in; instead of context_path'),
  success_location: location
    .optional()
    .describe(
      'Where the browser goes, with the access token, when somebody is signed in; of the outermost authenticator',
    ),
  failure_location: location
    .optional()
    .describe('Where it goes after a failure for good; a page of the server that says so'),
  cancel_location: location.optional().describe('Where it goes when somebody cancels; to the beginning'),
  token_delivery: z
    .enum(['form', 'query', 'cookie'])
    .default('form')
    .describe(
      'How the access token gets to success_location: posted as a form, in the query, or as a cookie for the same host; form',
    ),
  token_name: z
    .string()
    .regex(/^(?!state$)[A-Za-z0-9_-]{1,64}$/, 'must be 1–64 letters, digits, "_" or "-", and not "state"')
    .default('access_token')
    .describe('Name of the field, parameter or cookie; access_token'),
  session_seconds: z.int().min(1).max(2_592_000).default(600).describe('How long the session lasts; 600'),
  session_sliding: z.boolean().default(false).describe('Each check that says yes begins its time anew; false'),
  auth_method: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('What verifyUser says of how the person signed in; the methods that were used, joined by "+"'),
  overlay_dir: z.string().min(1).optional().describe('Folder with texts, style sheet and logo of one’s own'),
  overlay_dirs: z
    .array(z.string().min(1))
    .max(10)
    .default([])
    .describe('More such folders: of files of one name that of the first folder counts, overlay_dir before them'),
  webroot_dir: z.string().optional().describe('Of no effect, told at the start; use overlay_dir'),
  expiry: z
    .string()
    .regex(/^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/, 'must be a duration of ISO 8601, e.g. PT10M')
    .optional()
    .describe('Of no effect, told at the start: what was proved holds for one sign-in; use session_seconds'),
  exports: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64).describe('Its name'),
        value: template().describe('Its value; ${exports.x}, ${headers.x} and ${identity.x} are filled in'),
      }),
    )
    .default([])
    .describe('Values for the authenticators after this one, when it is done'),
  custom_identifier: z.string().min(1).max(64).optional().describe('Tag in its events'),
  caller_name: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Name by which the app shows who asks, for the page to show as well'),
  internal_http_destination: identifier
    .optional()
    .describe('Name of the connection to the service in the section netid, bankid or freja'),
  backend_url: z.string().optional().describe('Of no effect, told at the start; use netid.<name>.url'),
  poll_frequency: z.int().min(1).max(60).default(2).describe('How often the page asks, in seconds; 2'),
  allowed_polling_for_minutes: z.int().min(1).max(15).default(2).describe('When an order is given up; 2'),
  require_same_address: z
    .boolean()
    .default(true)
    .describe(
      'Refuse an app that has another address than the browser, as whoever passes on the link of a sign-in of their own would be signed in as who opens it; true',
    ),
  requirement: requirementSchema
    .optional()
    .describe('What BankID demands of the person and the BankID; nothing special'),
  renewals: z
    .int()
    .min(0)
    .max(20)
    .default(4)
    .describe('How often the QR code of an order that no app has taken is replaced by that of another one; 4'),
  userInfoType: z
    .enum(['SSN', 'EMAIL', 'PHONE', 'ORG_ID'])
    .default('SSN')
    .describe('What the person types for Freja to know them by; SSN'),
  minRegistrationLevel: z
    .enum(['BASIC', 'EXTENDED', 'PLUS'])
    .default('PLUS')
    .describe('Least level of the Freja eID; PLUS'),
  attributesToReturn: z
    .array(
      z.string().refine((name) => attributeNames.some((known) => known === name), 'is no attribute that Freja has'),
    )
    .max(30)
    .default(['BASIC_USER_INFO', 'SSN'])
    .describe('What Freja is asked about the person; BASIC_USER_INFO and SSN'),
  match: z.boolean().default(true).describe('The person types a number from the page on the phone; true'),
  passkey: z
    .boolean()
    .default(false)
    .describe('Approving takes a passkey of the device, with the person verified; false'),
  link: link
    .optional()
    .describe('Find the identified person in the realm’s directories; without it, the person is who the service names'),
  pipe_id: identifier
    .optional()
    .describe(
      'Operation that decides, instead of the one that ships: proves somebody, or for UserLookup gives the fact user',
    ),
  pre_pipe_id: identifier
    .optional()
    .describe('Operation that runs before the page is shown, e.g. web_send_code; what it answers is given to pipe_id'),
  allowed_retries: z.int().min(0).max(10).default(2).describe('Tries beyond the first; 2'),
  allowed_otp_retry: z.int().min(0).max(10).default(2).describe('Tries beyond the first; 2'),
  by: z
    .enum(['sms', 'mail', 'token'])
    .default('token')
    .describe('Where the code comes from, for the page to say; token'),
  enroll: z
    .enum(['never', 'missing', 'always'])
    .default('never')
    .describe(
      'Whether somebody whom an authenticator before it has proved makes a new passkey: missing, if there is none; always; never',
    ),
  rp_id: z
    .string()
    .regex(/^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)$/, 'must be a domain, in lower case')
    .max(253)
    .optional()
    .describe('Domain that passkeys belong to: the page’s host or one above it; the page’s host'),
  origins: z
    .array(
      z.string().regex(/^(https:\/\/[a-z0-9.:-]+|http:\/\/localhost(:\d+)?)$/, 'must be https://host, without a path'),
    )
    .default([])
    .describe('Addresses of the server at which passkeys can be used, https://host; whichever it is asked at'),
  username_parameter: z
    .string()
    .min(1)
    .max(64)
    .default('username')
    .describe('Export that says whose passkey it has to be, where there is one; username'),
  options: z.array(option).default([]).describe('What a Selector offers'),
  auto_select: z.boolean().default(true).describe('A single choice is made without showing the page; true'),
  auto_complete: z.boolean().default(false).describe('With no choice at all, go on instead of failing; false'),
  lazy_expiry: z.boolean().default(false).describe('Of no effect, told at the start: nothing expires within a sign-in'),
  verbose: z.boolean().default(false).describe('Of no effect, told at the start; use log.level'),
  chain: z.array(item).default([]).describe('What a Chain goes through, in this order'),
  require_subject: z.boolean().default(true).describe('Fail unless somebody was identified; true'),
  require_chain: z
    .boolean()
    .default(false)
    .describe('Of no effect, told at the start: items are reached through their chain only'),
  proceed_on_error: z.boolean().default(true).describe('Go through all of them before failing; true'),
});

/** One authenticator as it is written. Names of properties: Fortified ID, but for those that decision 0025 names. */
export const authenticatorSchema = z.strictObject({
  id: ownName.describe('Its name; also the last part of its path'),
  type: z.enum(authenticatorTypes).describe('What it does'),
  display_name: z.string().min(1).max(100).optional().describe('What people call it'),
  description: z.string().optional().describe('What it is for'),
  config: config.describe('How'),
});

/** See {@link authenticatorSchema}. */
export type AuthenticatorSettings = z.output<typeof authenticatorSchema>;

/** Where an authenticator is mounted; undefined when its paths are wrong. */
export function pathOf({
  id,
  config: { context_path, base_path },
}: {
  readonly id: string;
  readonly config: { readonly context_path?: string | undefined; readonly base_path?: string | undefined };
}): string | undefined {
  if ((context_path === undefined) === (base_path === undefined)) return undefined;
  return context_path ?? `${base_path}/${id}`;
}

/** The ids that a Selector or Chain leads to, in their order. */
export function childrenOf({ config: { options, chain } }: AuthenticatorSettings): readonly string[] {
  return [...options.map(({ target }) => target), ...inOrder(chain).map(({ id }) => id)];
}

/** The items of a chain in the order they are gone through. */
export function inOrder<Item extends { readonly order?: number | undefined }>(chain: readonly Item[]): readonly Item[] {
  const isOrdered = chain.every(({ order }) => order !== undefined);
  return isOrdered ? chain.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0)) : chain;
}
