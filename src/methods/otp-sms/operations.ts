import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.1 (documented). */
export const operations = defineOperations({
  sendSMS: {
    summary: 'Send a text message.',
    steps: [{ step: 'require-input', properties: ['mobile', 'message'] }, { step: 'otp-sms/send' }],
  },
});
