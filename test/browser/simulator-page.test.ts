import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { sharedBrowser } from '../support/chromium.ts';
import { connected, frejaOn, sharedClock } from '../support/freja.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const clock = sharedClock();
const simulator = await frejaOn(clock);
afterAll(() => simulator.close());
const browser = sharedBrowser();

async function openPage(colorScheme: 'light' | 'dark' = 'light') {
  const context = await browser().newContext({ colorScheme });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(simulator.controlUrl);
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
  return { page, complaints };
}

const start = { attributesToGet: 'BASIC_USER_INFO', reqiredRegistrationLevel: 'EXTENDED', userInfoType: 'INFERRED' };

describe('the page of a simulator', () => {
  it('lets one approve as a test person, and see it happen', async () => {
    const { ask } = await connected(simulator, clock);
    const { page, complaints } = await openPage();
    await page.getByText('Nobody is waiting.').waitFor();
    const { authRef = '' } = await ask('freja_eid_start_auth', start);
    await page.getByLabel('Test person').selectOption({ label: 'Ulla Alm, 198611062384' });
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('APPROVED', { exact: true }).waitFor();
    clock.pass(2);
    expect(await ask('freja_eid_check_auth', { authRef })).toMatchObject({ status: 'APPROVED', givenName: 'Ulla' });
    await page.getByText('/authentication/1.0/initAuthentication').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('lets one choose what goes wrong, and let time pass', async () => {
    const { ask } = await connected(simulator, clock);
    await ask('freja_eid_start_auth', start);
    const { page } = await openPage();
    await page.getByLabel('What goes wrong').selectOption('unknown-status');
    await expect.poll(() => simulator.faults.current?.name).toBe('unknown-status');
    await page.getByLabel('What goes wrong').selectOption('');
    await expect.poll(() => simulator.faults.current).toBeUndefined();
    await page.getByRole('button', { name: 'Let a minute pass' }).click();
    await page.getByRole('button', { name: 'Let a minute pass' }).click();
    await page.getByText('EXPIRED', { exact: true }).first().waitFor();
  });

  it('tells what cannot be done', async () => {
    const { ask } = await connected(simulator, clock);
    const { page } = await openPage();
    await ask('freja_eid_start_auth', { ...start, userInfoType: 'SSN', userIdentifier: '199001011239' });
    await page.locator('.order').filter({ hasText: '199001011239' }).getByRole('button', { name: 'Approve' }).click();
    await page.getByText('there is nobody who could approve it').waitFor();
  });

  it.each(['light', 'dark'] as const)('can be used by everybody, in %s', async (scheme) => {
    const { ask } = await connected(simulator, clock);
    await ask('freja_eid_start_auth', start);
    const { page } = await openPage(scheme);
    await page.locator('.order').first().waitFor();
    const { violations } = (await page.evaluate(`${axe}; axe.run()`)) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});
