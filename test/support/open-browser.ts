import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

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

function chromiumPath(): string {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error('these tests need Chromium: on Debian, apt-get install chromium', { cause });
  }
}
