import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { buildApp } from '../../tools/build-app.mjs';
import { eventually } from '../support/approve-app.ts';
import { lookAt } from '../support/barriers.ts';
import { sharedBrowser } from '../support/chromium.ts';
import { sharedProcess } from '../support/server-process.ts';

await buildApp();
const server = sharedProcess(parse(readFileSync(new URL('../../config/demo.yaml', import.meta.url), 'utf8')));
const browser = sharedBrowser();

/** The demo page, with this browser as the telephone in a window beside it. */
async function openBoth() {
  const context = await browser().newContext({ reducedMotion: 'reduce', locale: 'en-GB' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(server().url);
  const opening = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Make this browser Wayne’s phone' }).click();
  const phone = await opening;
  await phone.getByRole('button', { name: 'Connect' }).click();
  await phone.getByRole('heading', { name: 'Connected' }).waitFor();
  await phone.getByRole('button', { name: /Done|Later/ }).click();
  return { page, phone, signIn: () => page.getByRole('button', { name: 'Sign in as Wayne' }).click() };
}

describe('approving on the phone, on the demo page', () => {
  it('is seen from both sides, from the sign-in to the yes', async () => {
    const { page, phone, signIn } = await openBoth();
    const sign = page.getByRole('region', { name: 'The sign-in' });
    await page.getByLabel('What is to be approved').fill('Pay 99 kr');
    await page.getByLabel('A number to type').selectOption('yes');
    await signIn();
    await sign.getByText('IN_PROGRESS', { exact: true }).waitFor();
    await phone.getByText('Pay 99 kr').waitFor();
    await phone.getByLabel('Type the number').fill((await sign.locator('.code').textContent()) ?? '');
    await phone.getByRole('button', { name: 'Approve' }).click();
    await sign.getByText('CONFIRMED', { exact: true }).waitFor();
    expect(await sign.locator('pre').last().textContent()).toBe('200 OK\n\n{"status":"CONFIRMED"}');
    await lookAt(page, 'demo');
  });

  it('can be taken back', async () => {
    const { page, phone, signIn } = await openBoth();
    await signIn();
    await phone.getByRole('button', { name: 'Approve' }).waitFor();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('ERROR', { exact: true }).waitFor();
    await eventually(() => phone.getByRole('heading', { name: 'The request has ended' }).count()).toBe(1);
  });
});
