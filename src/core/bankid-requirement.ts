import { z } from 'zod';

/** True for what BankID takes as a policy: an object identifier; a star may stand at its end, from the fifth part on. */
export function isPolicyPattern(text: string): boolean {
  return /^\d+(\.\d+){2,}$/.test(text) || /^\d+(\.\d+){3,}\.\*$/.test(text);
}

/** What is demanded of the person and the BankID, beyond who it is (BankID reference 2.6). */
export const requirementSchema = z.strictObject({
  pinCode: z
    .boolean()
    .default(false)
    .describe('The person must type the security code, also with biometrics at hand; false'),
  mrtd: z.boolean().default(false).describe('The person must read a passport or identity card with the phone; false'),
  cardReader: z
    .enum(['class1', 'class2'])
    .optional()
    .describe('For BankID on card: any reader, or one with keys of its own; any way'),
  certificatePolicies: z
    .array(z.string().refine(isPolicyPattern, 'must be an object identifier, perhaps with .* at its end'))
    .min(1)
    .optional()
    .describe('Sorts of BankID that may be used, as certificate policies; every sort'),
  risk: z
    .enum(['low', 'moderate'])
    .optional()
    .describe('Most risk that BankID shall let pass; not sent. Whether BankID still takes it is unclear'),
});
