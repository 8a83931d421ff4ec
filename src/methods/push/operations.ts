import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.4 (documented); `onetouch_cancel` and `onetouch_enroll` are our additions. */
export const operations = defineOperations({
  onetouch_start_auth: {
    summary: 'Have a person approve on an enrolled device.',
    steps: [{ step: 'require-input', properties: ['username'] }, { step: 'push/start' }],
  },
  onetouch_check_auth: {
    summary: 'How does the assignment stand? Asked until the status is final.',
    steps: [{ step: 'push/check' }],
  },
  onetouch_cancel: {
    summary: 'Take an assignment back.',
    steps: [{ step: 'push/cancel' }],
  },
  onetouch_enroll: {
    summary: 'Invite a person to enrol a device for approving.',
    steps: [{ step: 'require-input', properties: ['username'] }, { step: 'find-user' }, { step: 'push/invite' }],
  },
});
