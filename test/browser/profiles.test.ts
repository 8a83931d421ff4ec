import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedBrowser, sharedProfiles } from '../support/chromium.ts';

const open = sharedProfiles(sharedBrowser());
const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Here</h1>'));
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  return () => {
    server.closeAllConnections();
    server.close();
  };
});

describe('a profile', () => {
  const kept = "[document.cookie, localStorage.getItem('a')]";
  let left: BrowserContext | undefined;

  it('keeps what is put into it, as long as a test has it', async () => {
    const page = await open({});
    await page.goto(url);
    await page.evaluate("document.cookie = 'a=1; max-age=999'; localStorage.setItem('a', '1')");
    await page.reload();
    expect(await page.evaluate(kept)).toEqual(['a=1', '1']);
    expect((await open({})).context()).not.toBe(page.context());
    await page.context().setOffline(true);
    left = page.context();
  });

  it('is used again when that has ended, and has nothing of it', async () => {
    let page = await open({});
    // Its pages may still be closing.
    const isAgain = async () => {
      if (page.context() !== left) page = await open({});
      return page.context() === left;
    };
    await expect.poll(isAgain, { timeout: 30_000 }).toBe(true);
    await page.goto(url);
    expect(await page.evaluate(kept)).toEqual(['', null]);
    expect(page.context().pages()).toEqual([page]);
  });
});
