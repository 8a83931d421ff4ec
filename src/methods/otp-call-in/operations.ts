import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.2 (documented); the second call is our name for what it says happens "through some other channel". */
export const operations = defineOperations({
  getOTP: {
    summary: 'Make a code for the person who calls from this number, to be read to the caller.',
    steps: [
      { step: 'require-input', properties: ['phonenumber'] },
      { step: 'find-by-phone' },
      { step: 'otp-call-in/issue-code' },
    ],
  },
  password_otp_auth: {
    summary: 'Are these the person’s password and the code that was read out, or one that a token shows?',
    steps: [
      { step: 'require-input', properties: ['username', 'password', 'otp'] },
      { step: 'find-claimant' },
      { step: 'check-password' },
      { step: 'otp-token/verify-code', issued: 'call-in' },
    ],
  },
});
