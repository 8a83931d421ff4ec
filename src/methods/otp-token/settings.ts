import { z } from 'zod';

/** Settings of `otp-token/verify-code`. */
export const verifySettings = z.strictObject({
  lookAhead: z.int().min(0).max(100).default(20).describe('Counters beyond the next one that are tried, for HOTP; 20'),
  driftSteps: z.int().min(0).max(10).default(1).describe('Time steps to either side that are tried, for TOTP; 1'),
  issued: z
    .enum(['call-in'])
    .optional()
    .describe('A code that was made for the person for this is accepted as well; only those of tokens'),
});

/** Settings of `otp-token/enroll`. */
export const enrollSettings = z.strictObject({
  issuer: z
    .string()
    .min(1)
    .default('Portvakt')
    .describe('Who the token is for, as an authenticator app shows it; Portvakt'),
  algorithm: z
    .enum(['SHA1', 'SHA256', 'SHA512'])
    .default('SHA1')
    .describe('Hash function; several apps know SHA1 only; SHA1'),
  digits: z.int().min(6).max(8).default(6).describe('Length of the codes; several apps know 6 only; 6'),
  periodSeconds: z
    .int()
    .min(5)
    .max(300)
    .default(30)
    .describe('How long a code lasts, for TOTP; several apps know 30 only; 30'),
  confirmWithinHours: z.int().min(1).max(8760).default(168).describe('How long the first code may take; 168'),
  maxTokens: z.int().min(1).max(50).default(10).describe('Tokens a person may have; 10'),
});
