import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, onTestFinished } from 'vitest';
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

/** A place for the pages of one visitor, and where they have been. */
interface Profile {
  readonly context: BrowserContext;
  readonly origins: Set<string>;
}

/**
 * Opens pages, each in a profile that has been nowhere. A profile that an earlier test has left is emptied and used again: to make one takes four times as long.
 *
 * What a test changes of the profile itself (permissions, routes, scripts to begin with) would stay: whoever does that makes one of their own.
 */
export function sharedProfiles(browser: () => Browser): (options: BrowserContextOptions) => Promise<Page> {
  const left = new Map<string, Profile[]>();
  return async (options) => {
    const kind = JSON.stringify(options);
    const free = left.get(kind) ?? [];
    left.set(kind, free);
    const profile = free.pop() ?? (await makeProfile(browser(), options));
    const { context } = profile;
    // Not waited for: closing a page that is on its way somewhere may take as long as it likes.
    onTestFinished(() => {
      const closing = Promise.all(context.pages().map((page) => page.close()));
      void closing.then(() => void free.push(profile)).catch(() => undefined);
    });
    return openEmptied(profile);
  };
}

async function makeProfile(browser: Browser, options: BrowserContextOptions): Promise<Profile> {
  const context = await browser.newContext(options);
  const origins = new Set<string>();
  context.on('page', (page) => page.on('framenavigated', (frame) => origins.add(new URL(frame.url()).origin)));
  return { context, origins };
}

async function openEmptied({ context, origins }: Profile): Promise<Page> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  for (const origin of origins)
    if (origin !== 'null') await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await session.detach();
  origins.clear();
  await context.clearCookies();
  await context.setOffline(false);
  return page;
}
