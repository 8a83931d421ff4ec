import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import { beforeAll } from 'vitest';

/** No graphics card, no sandbox (containers have none to give), and no requests of the browser's own accord. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium without a window. The caller closes it. @throws Error when this machine has no `chromium` */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args });
}

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

function chromiumPath(): string {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error('these tests need Chromium: on Debian, apt-get install chromium', { cause });
  }
}
