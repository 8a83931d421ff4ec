import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.5 (documented) and 3.12 (documented in part); cancelling and signing are our additions. */
export const operations = defineOperations({
  bankid_start_auth: {
    summary: 'Have a person identify themselves with BankID.',
    steps: [{ step: 'bankid/start' }],
  },
  bankid_start_sign: {
    summary: 'Have a person sign a text with BankID.',
    steps: [{ step: 'bankid/start', purpose: 'sign' }],
  },
  bankid_phone_start_auth: {
    summary: 'Have somebody who is on the phone identify themselves with BankID.',
    steps: [{ step: 'bankid/start', purpose: 'phone-auth' }],
  },
  bankid_check_auth: {
    summary: 'How does the identification or signature stand, and who was it? Asked until the status is OK or ERROR.',
    steps: [{ step: 'bankid/check' }],
  },
  bankid_cancel: {
    summary: 'Cancel an identification or signature that has not ended.',
    steps: [{ step: 'bankid/cancel' }],
  },
});
