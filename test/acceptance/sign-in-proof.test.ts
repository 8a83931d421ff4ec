import { describe, expect, it } from 'vitest';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const people = { wgretzky: { password: 'right' }, mlemieux: { password: 'jagr-is-it' }, 'jagr-is-it': {} };
const config = (steps: readonly object[], type = 'UserNameAndPassword') =>
  simpleConfig(people, {
    tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
    operations: { mine: { summary: 'Of one’s own.', steps } },
    authenticators: [
      {
        id: 'page',
        type,
        config: {
          tenant: 't1',
          context_path: '/page',
          success_location: '/out',
          token_delivery: 'query',
          pipe_id: 'mine',
        },
      },
    ],
  });
const password = [{ step: 'find-claimant' }, { step: 'check-password' }];
const isInput = { 'input.username': { present: true } };

describe('an operation of one’s own', () => {
  it.each([
    ['only looks the name up', [{ step: 'find-user' }]],
    [
      'proves somebody only sometimes, and names the user anyway',
      [{ step: 'find-user' }, { when: isInput, then: password }],
    ],
    ['names nobody', [{ step: 'refuse' }]],
  ])('that %s is refused at the start, by the authenticator’s id', async (_, steps) => {
    const starting = startTestServer(config(steps));
    await expect(starting).rejects.toThrow('authenticator "page": the operation "mine" proves nobody');
  });

  it('that names the user by a code of nobody’s is refused for OTPValidator as well', async () => {
    const starting = startTestServer(config([{ step: 'find-user' }], 'OTPValidator'));
    await expect(starting).rejects.toThrow('authenticator "page": ');
  });

  it.each([
    ['proves the person', password],
    ['proves the person where there is one', [{ when: isInput, then: password }]],
  ])('that %s is taken', async (_, steps) => {
    const { url } = await startTestServer(config(steps));
    const { open, say } = signInBrowser(url);
    await open('/page');
    const data = { identifier: 'wgretzky', password: 'right' };
    expect((await say('/page', { type: 'start', data })).body).toMatchObject({ type: 'complete' });
  });

  it('that proves one person and names another ends with nobody', async () => {
    const steps = [...password, { step: 'find-user', property: 'password' }];
    const { url } = await startTestServer(config(steps));
    const { open, say } = signInBrowser(url);
    await open('/page');
    const data = { identifier: 'mlemieux', password: 'jagr-is-it' };
    expect((await say('/page', { type: 'start', data })).body).toMatchObject({ type: 'failure', status: 'ERROR' });
  });
});
