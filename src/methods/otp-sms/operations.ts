import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.1 (documented) and 3.9: two calls, whose names and properties it does not give. `resend_otp` is ours. */
export const operations = defineOperations({
  sendSMS: {
    summary: 'Send a text message.',
    steps: [{ step: 'require-input', properties: ['mobile', 'message'] }, { step: 'otp-sms/send' }],
  },
  authenticate: {
    summary: 'Check user name and password, and send the person a code.',
    steps: [
      { step: 'require-input', properties: ['username', 'password'] },
      { step: 'find-claimant' },
      { step: 'check-password' },
      { step: 'otp-sms/begin-login' },
      { step: 'otp-sms/send-code' },
    ],
  },
  validate_otp: {
    summary: 'Is this the code that was sent for this sign-in? It is accepted once.',
    steps: [
      { step: 'require-input', properties: ['session', 'otp'] },
      { step: 'otp-sms/find-login' },
      { step: 'otp-sms/verify-code' },
    ],
  },
  resend_otp: {
    summary: 'Send a new code for this sign-in; the one before is worth nothing then.',
    steps: [{ step: 'require-input', properties: ['session'] }, { step: 'otp-sms/resend-code' }],
  },
});
