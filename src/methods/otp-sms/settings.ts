import { z } from 'zod';

/** How a code reaches the person: settings of `otp-sms/send-code` and `otp-sms/resend-code`. */
export const codeMessageSettings = z.strictObject({
  by: z.enum(['sms', 'mail']).default('sms').describe('sms or mail; sms'),
  attribute: z
    .string()
    .min(1)
    .optional()
    .describe('Attribute of the person that holds the number or the address; mobile for sms, mail for mail'),
  digits: z.int().min(4).max(10).default(6).describe('Length of the code; 6'),
  text: z
    .string()
    .min(1)
    .max(1000)
    .refine((text) => text.includes('{code}'), 'must hold {code}, which is where the code goes')
    .default('{code} is your code. It holds for {minutes} minutes. Do not tell it to anyone.')
    .describe('The message; {code} and {minutes} are filled in'),
  subject: z.string().min(1).max(200).default('Your code').describe('Subject of the mail; Your code'),
});

/** Settings of `otp-sms/send-code`. */
export const sendCodeSettings = codeMessageSettings.extend({
  retries: z.int().min(0).max(10).default(0).describe('Wrong answers that the code survives; 0'),
  resends: z.int().min(0).max(10).default(3).describe('How often it may be sent anew; 3'),
});

/** See {@link codeMessageSettings}. */
export type CodeMessageSettings = z.output<typeof codeMessageSettings>;
