import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildPages } from '../../tools/build-app.mjs';
import { lookAt } from '../support/barriers.ts';
import { sharedBrowser } from '../support/chromium.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';

const browser = sharedBrowser();
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const base = { tenant: 't1', base_path: '/in' };

/** A browser with an authenticator of its own, before a chain of password and passkey, and a passkey alone. */
async function scene(required: boolean) {
  await buildPages();
  // The way out leads to a page of this server, which is not there: the address tells enough.
  const out = { success_location: '/out', token_delivery: 'query' };
  const chain = [{ id: 'password' }, { id: 'second', required }];
  const config = simpleConfig(
    { wgretzky: { password: 'right', attributes: { displayName: 'Wayne Gretzky' } } },
    {
      tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
      authenticators: [
        { id: 'both', type: 'Chain', config: { ...base, ...out, chain } },
        { id: 'password', type: 'UserNameAndPassword', config: base },
        { id: 'second', type: 'Passkey', config: { ...base, enroll: 'missing' } },
        { id: 'key', type: 'Passkey', config: { tenant: 't1', context_path: '/key', ...out } },
      ],
    },
  );
  const server = await startTestServer(config, { at: Date.now() });
  const url = server.url.replace('127.0.0.1', 'localhost');
  const context = await browser().newContext({ locale: 'en-GB', viewport: { width: 390, height: 844 } });
  onTestFinished(() => void context.close().catch(() => undefined));
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  const signIn = async () => {
    // As an application sends it: each time with another state.
    await page.goto(`${url}/in/both?state=${randomUUID()}`);
    await page.getByLabel('User name').fill('wgretzky');
    await page.getByLabel('Password', { exact: true }).fill('right');
    await press(page, 'Sign in');
  };
  const verified = async () => {
    await page.waitForURL('**/out?*');
    const access_token = new URL(page.url()).searchParams.get('access_token');
    return (await server.put('verifyUser', { access_token })).body;
  };
  const setVerified = (isUserVerified: boolean) =>
    devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  const credentials = async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return { server, page, url, signIn, verified, setVerified, credentials };
}

describe('a passkey in a browser', () => {
  it('is made after the password, and signs in from then on, without a name', async () => {
    const { page, url, signIn, verified, credentials } = await scene(true);
    await signIn();
    await heading(page, 'Make a passkey');
    await lookAt(page, 'passkey-enroll');
    await press(page, 'Make a passkey');
    expect(await verified()).toMatchObject({ userid: 'wgretzky', auth_method: 'password' });
    expect(await credentials()).toMatchObject([{ rpId: 'localhost', isResidentCredential: true }]);
    await page.goto(`${url}/key`);
    await press(page, 'Use a passkey');
    expect(await verified()).toMatchObject({ userid: 'wgretzky', auth_method: 'passkey' });
    await signIn();
    await press(page, 'Use a passkey');
    expect(await verified()).toMatchObject({ userid: 'wgretzky', auth_method: 'password+passkey' });
  });

  it('is not made by somebody who was not verified, and can be left for later', async () => {
    const { page, signIn, verified, setVerified, credentials } = await scene(false);
    await setVerified(false);
    await signIn();
    await press(page, 'Make a passkey');
    await page.getByRole('alert').getByText('No passkey was made.').waitFor();
    expect(await credentials()).toEqual([]);
    await press(page, 'Not now');
    expect(await verified()).toMatchObject({ userid: 'wgretzky', auth_method: 'password' });
  });

  it('that the server no longer knows is told of', async () => {
    const { server, page, url, signIn, verified } = await scene(true);
    await signIn();
    await press(page, 'Make a passkey');
    await verified();
    const { accountOf } = await import('../../src/core/account.ts');
    await server.portvakt.ports.store.change(accountOf('default', 'wgretzky'), () => ({
      next: null,
      claims: [],
      result: undefined,
    }));
    await page.goto(`${url}/key`);
    await press(page, 'Use a passkey');
    await page.getByRole('alert').getByText('The passkey could not be used here.').waitFor();
  });
});
