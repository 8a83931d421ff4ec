import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApplication } from '../../examples/application.mjs';
import { buildPages } from '../../tools/build-app.mjs';
import { sharedBrowser } from '../support/chromium.ts';
import { playEids, somebody } from '../support/eids.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';

const browser = sharedBrowser();

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const base = { tenant: 't1', base_path: '/access/authn' };
const people = { wgretzky: { password: 'right', attributes: { displayName: 'Wayne Gretzky' } } };

/** The example application before a server whose sign-in page is a choice of these, and a browser at the application. */
async function atApplication() {
  await buildPages();
  const settings = { portvakt: '', signIn: '', headers: { tenant: 't1' } };
  const application = createApplication(settings);
  await new Promise<void>((resolve) => application.listen(0, 'localhost', resolve));
  onTestFinished(() => {
    application.closeAllConnections();
    application.close();
  });
  const url = `http://localhost:${(application.address() as AddressInfo).port}`;
  const { running, simulatorOf, close } = await playEids(['netid']);
  onTestFinished(close);
  const order = { ...base, internal_http_destination: 'default', poll_frequency: 1 };
  const targets = ['password', 'other', 'same'];
  const config = simpleConfig(people, {
    tenants: { t1: { operations: ['verifyUser', 'endSession'], callers: [{ open: true }] } },
    netid: Object.fromEntries(running.map(({ settings }) => ['default', settings])),
    authenticators: [
      {
        id: 'choose',
        type: 'Selector',
        config: {
          ...base,
          success_location: `${url}/signed-in`,
          options: targets.map((target) => ({ id: `to-${target}`, target, label: target })),
        },
      },
      { id: 'password', type: 'UserNameAndPassword', config: base },
      { id: 'other', type: 'NiasOnOtherDevice', config: order },
      { id: 'same', type: 'NiasOnSameDevice', config: { ...order, require_same_address: false } },
    ],
  });
  const server = await startTestServer(config, { at: Date.now() });
  settings.portvakt = server.url;
  settings.signIn = `${server.url.replace('127.0.0.1', 'localhost')}/access/authn/choose`;
  const context = await browser().newContext({ locale: 'en-GB', viewport: { width: 390, height: 844 } });
  onTestFinished(() => void context.close().catch(() => undefined));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await heading(page, 'Sign in');
  const nias = simulatorOf('netid');
  const act = (action: string) => nias.act(action, nias.orders()[0]?.ref ?? '', { person: somebody.personalNumber });
  return { page, act, nias, server, complaints, url };
}

describe('an application behind the sign-in pages', () => {
  it('sees who signed in with a password, until they sign out', async () => {
    const { page, complaints, url } = await atApplication();
    await press(page, 'password');
    await page.getByLabel('User name').fill('wgretzky');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await press(page, 'Sign in');
    await page.getByText('That was not right.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill('right');
    await press(page, 'Sign in');
    await heading(page, 'You are wgretzky');
    await page.getByText('Signed in by password.').waitFor();
    expect(page.url()).toBe(`${url}/`);
    await press(page, 'Sign out');
    await heading(page, 'Sign in');
    expect(complaints).toEqual([]);
  });

  it('sees who was identified by Net iD Access on another device, after a reload and a refusal', async () => {
    const { page, act, server } = await atApplication();
    const { personalNumber } = somebody;
    await press(page, 'other');
    await page.getByLabel('Personal identity number').fill(personalNumber);
    await press(page, 'Continue');
    await page.getByText('Open Net iD Access.', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('Open Net iD Access.', { exact: true }).waitFor();
    await act('cancel');
    server.pass(2);
    await page.getByText('You cancelled in Net iD Access.').waitFor();
    await page.getByLabel('Personal identity number').fill(personalNumber);
    await press(page, 'Try again');
    await page.getByText('Open Net iD Access.', { exact: true }).waitFor();
    await act('approve');
    server.pass(2);
    await heading(page, `You are ${personalNumber}`);
    await page.getByText('Signed in by netid.').waitFor();
  });

  it('sees who was identified by Net iD Access on this device, and who cancelled comes back to the choice', async () => {
    const { page, act, server } = await atApplication();
    await press(page, 'same');
    await press(page, 'Cancel');
    await heading(page, 'Sign in');
    await press(page, 'same');
    await press(page, 'Open Net iD Access on this device');
    const link = page.getByRole('link', { name: 'Open Net iD Access on this device' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toMatch(/^netid:\/\/\/\?autostarttoken=[^&]+&redirect=null$/);
    await act('approve');
    server.pass(2);
    await heading(page, `You are ${somebody.personalNumber}`);
  });
});
