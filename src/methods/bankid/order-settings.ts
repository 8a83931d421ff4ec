import { z } from 'zod';
import { requirementSchema } from '../../core/bankid-requirement.ts';

/** What an operator lays down for every order of an operation. A request may ask for more than that, never for less. */
export const orderSettings = {
  endUserIp: z
    .enum(['either', 'property', 'caller'])
    .default('either')
    .describe(
      'Whose address BankID is told: property, that in endUserIp of the request, which must be there; caller, that of the calling program; either, the property if there is one; either',
    ),
  userVisibleData: z.string().min(1).optional().describe('Text that the app shows when the request has none; nothing'),
  userVisibleDataFormat: z
    .enum(['plaintext', 'simpleMarkdownV1'])
    .optional()
    .describe('How that text is to be read, when the request does not say; plaintext'),
  returnUrl: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe('Where the app on the same device leads back to, when the request does not say; nowhere'),
  returnRisk: z.boolean().default(false).describe('Ask BankID how risky it finds the order; false'),
  requirement: requirementSchema.prefault({}).describe('What is demanded of the person and the BankID'),
};

/** See {@link orderSettings}. */
export type OrderSettings = z.infer<z.ZodObject<typeof orderSettings>>;

/** Properties that starts read, for the API documentation. */
export const orderWords: Readonly<Record<string, string>> = {
  pnr: 'Personal number, twelve digits, of the only person who may complete the order; anybody without it',
  personalNumber: 'The same as pnr',
  endUserIp: 'Address of the person’s device',
  userVisibleData: 'Text that the app shows',
  userVisibleDataFormat: 'How the text is to be read: plaintext or simpleMarkdownV1',
  userNonVisibleData: 'Text that is signed and not shown',
  returnUrl: 'Where the app on the same device leads back to',
  returnRisk: 'true asks BankID how risky it finds the order',
  pinCode: 'true demands that the security code is typed',
  mrtd: 'true demands that a passport or identity card is read',
  cardReader: 'class1 or class2, for BankID on card',
  certificatePolicies: 'Sorts of BankID that may be used: certificate policies, with commas between them',
  callInitiator: 'Who called whom, for orders by phone: USER or RP; USER',
  referringDomain: 'Domain of the page; with userAgent and deviceIdentifier, for BankID’s assessment of risk',
  userAgent: 'User agent of the person’s browser',
  deviceIdentifier: 'Something that stays the same for the person’s browser or installed app',
  appIdentifier:
    'Bundle or package of the app; with deviceOS, deviceModelName and deviceIdentifier, instead of referringDomain',
  deviceOS: 'Operating system of the person’s device',
  deviceModelName: 'Model of the person’s device',
};
