import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { DemoState } from '../../src/server/demo.ts';
import { buildPages } from '../../tools/build-app.mjs';
import { lookAt } from '../support/barriers.ts';
import { sharedBrowser } from '../support/chromium.ts';
import { makeSite, sharedProcess } from '../support/server-process.ts';

const demo = parse(readFileSync(new URL('../../config/demo.yaml', import.meta.url), 'utf8'));
await buildPages();
const server = sharedProcess(demo);
const browser = sharedBrowser();

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const shown = async (url = server().url) => (await fetch(`${url}/demo/state`)).json() as Promise<DemoState>;

/** The demo page, and the window in which its visitor signs in. */
async function openBoth(method: string, locale = 'en-GB') {
  const context = await browser().newContext({ locale });
  onTestFinished(() => void context.close().catch(() => undefined));
  const page = await context.newPage();
  await page.goto(server().url);
  const opening = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Sign in to the example application' }).click();
  const visitor = await opening;
  await press(visitor, method);
  return { context, page, visitor };
}

describe('the example application of the demo', () => {
  it('is signed in to with BankID, the user being played, and out of', async () => {
    const { context, page, visitor } = await openBoth('BankID');
    await visitor.getByRole('img', { name: 'QR code to scan with BankID' }).waitFor();
    const opening = context.waitForEvent('page');
    await page.getByRole('region', { name: 'Sign in as a person would' }).getByRole('link', { name: 'BankID' }).click();
    await (await opening).getByRole('button', { name: 'Approve' }).first().click();
    await heading(visitor, 'You are aoberg');
    await visitor.getByText('Signed in by bankid.').waitFor();
    await press(visitor, 'Sign out');
    await heading(visitor, 'Sign in');
    await lookAt(visitor, 'demo-choice');
  });

  it('is signed in to with what the demo page shows', async () => {
    const { visitor } = await openBoth('Lösenord och kod', 'sv-SE');
    const ada = (await shown()).people.find(({ username }) => username === 'alovelace');
    await visitor.getByLabel('Användarnamn').fill('alovelace');
    await visitor.getByLabel('Lösenord', { exact: true }).fill(ada?.password ?? '');
    await press(visitor, 'Logga in');
    await visitor.getByLabel('Kod').fill(ada?.tokens[0]?.code ?? '');
    await press(visitor, 'Fortsätt');
    await heading(visitor, 'You are alovelace');
    await visitor.getByText('Signed in by password+otp.').waitFor();
  });

  it('ends with the demo, and is not there without a page that leads to it', async () => {
    const site = makeSite({ ...demo, authenticators: [] });
    const { url, stop } = await site.serve();
    expect(await shown(url)).not.toHaveProperty('application');
    expect(await stop()).toBe(0);
    const other = await makeSite(demo).serve();
    const { application = '' } = await shown(other.url);
    expect((await fetch(application, { redirect: 'manual' })).status).toBe(303);
    expect(await other.stop()).toBe(0);
    await expect(fetch(application)).rejects.toThrow();
  });
});
