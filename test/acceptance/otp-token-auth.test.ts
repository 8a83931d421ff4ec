import { expect, it } from 'vitest';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

it('accepts a right code once', async () => {
  const { put } = await startTestServer(simpleConfig({ alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) }));
  expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({
    status: 200,
    text: '',
  });
  expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 403 });
});
