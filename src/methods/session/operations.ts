import { defineOperations } from '../../core/operation.ts';

/** What ships. HTTP API reference 3.8 (documented); `endSession` is our addition. */
export const operations = defineOperations({
  verifyUser: {
    summary: 'Does this session hold, and whose is it?',
    steps: [
      { step: 'require-input', properties: ['access_token'] },
      { step: 'session/verify' },
      { step: 'reply', properties: { userid: '${session.user}', auth_method: '${session.method}' } },
    ],
  },
  endSession: {
    summary: 'Log a person out.',
    steps: [{ step: 'require-input', properties: ['access_token'] }, { step: 'session/end' }],
  },
});
