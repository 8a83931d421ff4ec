import { defineOperations } from '../../core/operation.ts';

/** What ships. The first two are PhenixID's (HTTP authentication API, Net iD Access); `netid_cancel` is our addition. */
export const operations = defineOperations({
  netid_start_auth: {
    summary: 'Have a person prove who they are with a SITHS, EFOS or other card, through Net iD Access.',
    steps: [{ step: 'netid-access/start' }],
  },
  netid_check_auth: {
    summary: 'How does the identification stand, and who was it? Asked until the status is final.',
    steps: [{ step: 'require-input', properties: ['orderref'] }, { step: 'netid-access/check' }],
  },
  netid_cancel: {
    summary: 'Forget an identification that has not ended.',
    steps: [{ step: 'require-input', properties: ['orderref'] }, { step: 'netid-access/cancel' }],
  },
});
