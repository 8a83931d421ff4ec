import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { sharedBrowser } from '../support/chromium.ts';
import { type Script, startPage } from '../support/page-server.ts';

const browser = sharedBrowser();
const evil = '<b data-evil>x</b><img data-evil src="/x" onerror="window.hurt=1"><script>window.hurt=1</script>';
const link = 'javascript:window.hurt=1';

/** Every field that a page is told and shows, each with markup and script in it. */
const fields = {
  vendorStatus: 'PENDING',
  number: evil,
  callerName: evil,
  by: evil,
  mode: 'use',
  canSkip: true,
  autoStartLink: link,
  options: [{ id: 'a', label: evil, logo: link }],
  message: { text: evil },
};
const overlay = { en: { brand: evil, 'page.cancel': evil } };

/** Nothing of it has become an element, or was run. */
async function isText(page: Page): Promise<void> {
  await page.locator('main').getByText(evil).first().waitFor();
  expect(await page.evaluate('document.querySelectorAll("[data-evil], script:not([src]), [onerror]").length')).toBe(0);
  expect(await page.evaluate('window.hurt')).toBeUndefined();
}

describe.each([
  'bidonmobiledevice',
  'bidonotherdevice',
  'frejawithqrcode',
  'frejawithuserinput',
  'niasonotherdevice',
  'niasonsamedevice',
  'onetouch',
  'otpvalidator',
  'passkey',
  'selector',
  'userlookup',
  'usernameandpassword',
])('what a page is told, %s', (type) => {
  // Seen to fail with any of the fields, or a text of the overlay, put in as markup.
  it('is text and nothing else', async () => {
    const told = { data: { ...fields, status: 'PENDING' }, type: 'state' };
    const script: Script = () => told;
    const served = await startPage(type, script, { overlay });
    const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(served.url);
    await isText(page);
    for (const opener of await page.locator('a.button').all()) await opener.click();
    await isText(page);
    Object.assign(told, { type: 'failure', data: { ...fields, status: 'ERROR' } });
    await page.goto(served.url);
    await isText(page);
    Object.assign(told, { type: 'failure', data: { message: fields.message, status: 'ERROR', location: link } });
    await page.goto(served.url);
    await page.locator('main').getByText(evil).first().waitFor();
    complaints.length = 0;
    for (const onward of await page.getByRole('button', { name: 'Continue' }).all()) await onward.click();
    await isText(page);
    expect(page.url()).toBe(served.url);
    // The page does not even try: it is not left to the content security policy alone.
    expect(complaints.filter((text) => text.includes('JavaScript URL'))).toEqual([]);
  });
});
