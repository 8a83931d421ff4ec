import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.3 (documented) and 3.10 (our design: only that they exist is documented). */
export const operations = defineOperations({
  otp_token_auth: {
    summary: 'Is this the code that the person’s token shows? Each code is accepted once.',
    steps: [
      { step: 'require-input', properties: ['username', 'otp'] },
      { step: 'find-claimant' },
      { step: 'otp-token/verify-code' },
    ],
  },
  token_enroll: {
    summary: 'Give a person a new token. The answer holds its secret, this once.',
    steps: [
      { step: 'require-input', properties: ['username', 'type'] },
      { step: 'find-user' },
      { step: 'otp-token/enroll' },
      {
        step: 'reply',
        properties: { tokenid: '${enrolment.tokenid}', secret: '${enrolment.secret}', otpauth: '${enrolment.otpauth}' },
      },
    ],
  },
  token_delete: {
    summary: 'Take a token from a person.',
    steps: [
      { step: 'require-input', properties: ['username', 'tokenid'] },
      { step: 'find-user' },
      { step: 'otp-token/delete' },
    ],
  },
});
