import type { Browser } from 'playwright-core';
import { beforeAll } from 'vitest';
import { openBrowser } from './open-browser.ts';

/** A browser that the tests of a file share; it closes with the last of them. */
export function sharedBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const opened = await openBrowser();
    browser = opened;
    return () => opened.close();
  });
  return () => {
    if (browser === undefined) throw new Error('the browser is there once the tests run');
    return browser;
  };
}
