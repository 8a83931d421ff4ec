import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.6: the start is documented; the name of the check is our choice, the cancel our addition. */
export const operations = defineOperations({
  freja_eid_start_auth: {
    summary: 'Have a person prove who they are with Freja eID.',
    steps: [{ step: 'require-input', properties: ['attributesToGet', 'userInfoType'] }, { step: 'freja/start' }],
  },
  freja_eid_check_auth: {
    summary: 'How does the identification stand, and who was it? Asked until the status is final.',
    steps: [{ step: 'require-input', properties: ['authRef'] }, { step: 'freja/check' }],
  },
  freja_eid_cancel: {
    summary: 'End an identification that nobody waits for any more.',
    steps: [{ step: 'require-input', properties: ['authRef'] }, { step: 'freja/cancel' }],
  },
});
