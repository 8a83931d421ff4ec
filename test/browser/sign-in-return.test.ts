import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildPages } from '../../tools/build-app.mjs';
import { sharedBrowser } from '../support/chromium.ts';
import { playEids, somebody } from '../support/eids.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';

const browser = sharedBrowser();

/** A page of BankID on this device, before an application that merely greets; the order is placed. */
async function begun() {
  await buildPages();
  const application = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>In</h1>'));
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    application.closeAllConnections();
    application.close();
  });
  const { port } = application.address() as AddressInfo;
  let now = () => Date.now();
  const { running, simulatorOf, close } = await playEids(['bankid'], () => now());
  onTestFinished(close);
  const config = simpleConfig(
    {},
    {
      tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
      bankid: Object.fromEntries(running.map(({ settings }) => ['default', settings])),
      authenticators: [
        {
          id: 'same',
          type: 'BidOnMobileDevice',
          config: {
            tenant: 't1',
            context_path: '/same',
            internal_http_destination: 'default',
            poll_frequency: 1,
            success_location: `http://127.0.0.1:${port}/`,
            token_delivery: 'query',
          },
        },
      ],
    },
  );
  const server = await startTestServer(config, { at: Date.now() });
  now = server.clock.now;
  const bankId = simulatorOf('bankid');
  const context = () => browser().newContext({ locale: 'en-GB' });
  const page = await (await context()).newPage();
  await page.goto(`${server.url}/same`);
  await page.getByRole('button', { name: 'Open BankID on this device', exact: true }).click();
  await page.getByRole('link', { name: 'Open BankID on this device', exact: true }).waitFor();
  return {
    page,
    context,
    /** The person approves; tells where the app leads back to. */
    async approve() {
      await bankId.act('approve', bankId.orders()[0]?.ref ?? '', { person: somebody.personalNumber });
      server.pass(2);
      const { body = '{}' } = bankId.calls.findLast(({ path }) => path.endsWith('/auth')) ?? {};
      return String(JSON.parse(body).returnUrl);
    },
  };
}

const isIn = (page: Page) => page.getByRole('heading', { name: 'In', exact: true }).waitFor();

describe('a browser that began with BankID on this device', () => {
  it('is signed in when BankID leads back to it, in every tab', async () => {
    const { page, approve } = await begun();
    const back = await approve();
    const tab = await page.context().newPage();
    await tab.goto(back);
    await isIn(tab);
    await isIn(page);
    expect(tab.url()).toMatch(/access_token=[0-9a-f]{64}$/);
  });

  it('waits while BankID has led to another one, which is told so, and knows the word in a page that is open', async () => {
    const { page, context, approve } = await begun();
    const back = await approve();
    const other = await (await context()).newPage();
    await other.goto(back);
    await other.getByText('BankID has led to another browser').waitFor();
    expect(new URL(other.url()).hash).toBe('');
    await page.getByText('BankID is done. Come back to this page').waitFor();
    await page.evaluate(`location.hash = ${JSON.stringify(new URL(back).hash)}`);
    await isIn(page);
  });
});
