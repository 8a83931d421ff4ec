import type { Page } from 'playwright-core';
import { create } from 'qrcode';
import { sharedBrowser, sharedProfiles } from './chromium.ts';
import { type Script, startPage } from './page-server.ts';

/** Waits for a heading. */
export const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

/** Presses a button. */
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** A code of about the size of BankID's. */
export function qr(): string {
  const { modules } = create(
    'bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8',
  );
  const dots = Array.from(modules.data, (dark, index) =>
    dark ? `M${(index % modules.size) + 2} ${Math.floor(index / modules.size) + 2}h1v1h-1z` : '',
  );
  const side = modules.size + 4;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><path d="${dots.join('')}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

interface Options {
  readonly locale?: string;
  readonly overlay?: object;
}

/** A browser for the tests of a file, and in it the page of a type, answered by a script; with what its console complains of. */
export function scriptedPages() {
  const openPage = sharedProfiles(sharedBrowser());
  return async (type: string, script: Script, { locale = 'en-GB', overlay }: Options = {}) => {
    const served = await startPage(type, script, overlay === undefined ? {} : { overlay });
    const page = await openPage({ locale, viewport: { width: 390, height: 844 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(served.url);
    return { ...served, page, complaints };
  };
}
