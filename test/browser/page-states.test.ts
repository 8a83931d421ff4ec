import { expect, it } from 'vitest';
import { keepPicture, lookAt } from '../support/barriers.ts';
import type { Script } from '../support/page-server.ts';
import { heading, press, qr, scriptedPages } from '../support/scripted-pages.ts';

const open = scriptedPages();
const begins = { status: 'ABOUT_TO_START' };
const isBegun = (type: string, before: readonly { readonly type: string }[]) =>
  [type, ...before.map((each) => each.type)].includes('start');

/** A page about this order, which is under way or over when it is opened. */
const tells =
  (data: object): Script =>
  () =>
    data;
const pending = (data: object) => tells({ status: 'PENDING', secondsLeft: 97, callerName: 'Kundportalen', ...data });
const failed = (data: object) => tells({ type: 'failure', data: { status: 'ERROR', canRestart: true, ...data } });
const svg = (shape: string) => `data:image/svg+xml,${encodeURIComponent(shape)}`;
const logo = svg(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11" fill="#235"/></svg>',
);

/** By type: what the server tells, and what is read then. */
const states: readonly [string, string, Script, string][] = [
  ['selector-none', 'selector', failed({ options: [], message: { text: 'common.no_options' } }), 'no way to sign in'],
  [
    'selector-logos',
    'selector',
    tells({
      options: [
        { id: 'a', label: 'BankID på den här enheten', logo },
        { id: 'b', label: 'Inloggning för förtroendevalda och kommunfullmäktigeledamöter', type: 'Passkey' },
      ],
    }),
    'BankID på den här enheten',
  ],
  ['nias-same-begins', 'niasonsamedevice', tells(begins), 'With the app on this device.'],
  ['nias-sign', 'niasonotherdevice', pending({ niasStatus: 'USER_SIGN' }), 'Confirm with your PIN'],
  [
    'nias-denied',
    'niasonsamedevice',
    failed({ niasStatus: 'ACCESS_DENIED_RP', canRestart: false }),
    'Contact support.',
  ],
  ['nias-soon', 'niasonotherdevice', pending({ niasStatus: 'PENDING', secondsLeft: 29 }), 'Time left'],
  ['bankid-returns', 'bidonmobiledevice', pending({ vendorStatus: 'AWAITING_RETURN' }), 'BankID is done.'],
  ['bankid-elsewhere', 'bidonmobiledevice', failed({ vendorStatus: 'OTHER_BROWSER' }), 'another browser'],
  ['bankid-start-failed', 'bidonotherdevice', failed({ vendorStatus: 'START_FAILED' }), 'could not be started'],
  [
    'freja-here',
    'frejawithqrcode',
    pending({ vendorStatus: 'STARTED', qr: qr(), autoStartLink: 'frejaeid://a' }),
    'Open Freja on this device',
  ],
  ['phone-known', 'onetouch', tells({ ...begins, needsIdentifier: false }), 'A request is sent to your phone.'],
  ['phone-opened', 'onetouch', pending({ vendorStatus: 'IN_PROGRESS', number: '417' }), 'The request is open'],
  ['phone-no-number', 'onetouch', pending({ vendorStatus: 'PENDING' }), 'Open the request'],
  [
    'passkey-refused',
    'passkey',
    tells({ type: 'failure', data: { status: 'UNAUTHORIZED', message: { text: 'passkey.refused' } } }),
    'could not be used here',
  ],
  ['passkey-offered', 'passkey', tells({ ...begins, mode: 'enroll', canSkip: true }), 'Not now'],
  ['unreachable', 'userlookup', () => 503, 'There is no answer from the server.'],
];

it.each(states)('is free of barriers, and fits the narrowest telephone: %s', async (name, type, script, said) => {
  const { page } = await open(type, script);
  await page.getByText(said).first().waitFor();
  await lookAt(page, `${name}-en`, 'phone');
  await press(page, 'Svenska');
  await lookAt(page, `${name}-sv`, 'narrow');
});

it('says that it was cancelled, and has no button for it any more', async () => {
  for (const type of ['usernameandpassword', 'passkey', 'niasonsamedevice']) {
    const { page } = await open(type, ({ type: said }) => ({
      ...begins,
      ...(said === 'cancel' && { location: page.url() }),
    }));
    await press(page, 'Cancel');
    await page.getByText('Cancelled. You can begin again').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await lookAt(page, `${type}-cancelled-en`, 'phone');
  }
});

it('stays on what it shows while the server is away', async () => {
  let isAway = false;
  const script: Script = ({ type }, before) =>
    isAway ? 503 : isBegun(type, before) ? { status: 'PENDING', vendorStatus: 'STARTED' } : begins;
  const { page } = await open('frejawithuserinput', script);
  await page.getByLabel('Personal identity number, e-mail').fill('199001012385');
  await press(page, 'Continue');
  await page.getByText('Open Freja on your phone.').waitFor();
  isAway = true;
  await page.getByText('There is no answer from the server.').waitFor();
  await page.getByText('Open Freja on your phone.').waitFor();
  await lookAt(page, 'away-en', 'phone');
});

it('says that it needs scripts where they are off', async () => {
  const { page, url } = await open('userlookup', tells(begins));
  const context = await page.context().browser()?.newContext({ javaScriptEnabled: false });
  const silent = await context?.newPage();
  await silent?.goto(url);
  const told = silent?.locator('.no-script');
  expect(await told?.textContent()).toContain('Inloggningen behöver JavaScript.');
  expect((await told?.boundingBox())?.y).toBeLessThan(600);
  if (silent !== undefined) await keepPicture(silent, 'no-script');
  await context?.close();
});

it('waits for a name before it asks anything', async () => {
  const { page, said } = await open('userlookup', tells(begins));
  await heading(page, 'Who are you?');
  await press(page, 'Continue');
  await page.getByText('This must be filled in.').waitFor();
  expect(said.map(({ type }) => type)).toEqual(['state']);
});
