import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { signInPages } from '../../tools/browser-apps.mjs';
import { buildPages } from '../../tools/build-app.mjs';
import { lookAt } from '../support/barriers.ts';
import type { Script } from '../support/page-server.ts';
import { heading, press, qr, scriptedPages } from '../support/scripted-pages.ts';

const start = { status: 'ABOUT_TO_START' };
const open = scriptedPages();
const failure = (data: object) => ({ type: 'failure', data });

describe('a built page', () => {
  beforeAll(buildPages);

  it('is less than fifty kilobytes with all it loads, compressed', () => {
    const assets = readdirSync(join(signInPages.built, 'assets'));
    const sizes = assets.map(
      (name) => brotliCompressSync(readFileSync(join(signInPages.built, 'assets', name))).length,
    );
    expect(sizes.length).toBeGreaterThan(10);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(50_000);
  });

  it('tells nothing of where it was built', () => {
    // Seen to fail: built by a test, it was the development build, which names the files of its sources.
    const folder = join(signInPages.built, 'assets');
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(texts.filter((text) => /browser\/pages|lineNumber/.test(text))).toEqual([]);
  });

  it('has no script and no style within', () => {
    const pages = readdirSync(signInPages.built).filter((name) => name.endsWith('.html'));
    expect(pages.length).toBeGreaterThan(10);
    for (const name of pages) {
      const text = readFileSync(join(signInPages.built, name), 'utf8');
      expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    }
  });
});

describe('user name and password', () => {
  it('are asked for, refused, and accepted', async () => {
    const script: Script = ({ type, data }) => {
      if (type === 'state') return start;
      if (data['password'] !== 'right')
        return failure({ status: 'ERROR', triesLeft: 1, message: { text: 'common.refused' } });
      return { type: 'complete', data: { status: 'COMPLETED', location: '/onward' } };
    };
    const { page, said, complaints } = await open('usernameandpassword', script);
    await heading(page, 'Sign in');
    await lookAt(page, 'password');
    expect(await page.evaluate('document.activeElement.id')).toBe('identifier');
    await page.keyboard.type('wgretzky');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong\n');
    await page.getByRole('alert').getByText('That was not right.').waitFor();
    await lookAt(page, 'password-refused');
    // Longest texts that the server looks at.
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('maxlength')).toBe('1000');
    await page.getByLabel('Password', { exact: true }).fill('right');
    await press(page, 'Sign in');
    await heading(page, 'Onward');
    expect(said.at(-1)).toEqual({ type: 'start', data: { identifier: 'wgretzky', password: 'right' } });
    expect(complaints).toEqual([]);
  });
});

describe('a selector', () => {
  it('offers what there is, and goes where the choice leads', async () => {
    const options = [
      { id: 'nias', label: 'Net iD Access' },
      { id: 'bankid', label: 'BankID on another device' },
      { id: 'password', label: 'User name and password' },
    ];
    const script: Script = ({ type }) => (type === 'init' ? { options } : { location: '/onward' });
    const { page, said } = await open('selector', script);
    await heading(page, 'Sign in');
    await lookAt(page, 'selector');
    await press(page, 'BankID on another device');
    await heading(page, 'Onward');
    expect(said.at(-1)).toEqual({ type: 'action', data: { id: 'bankid' } });
  });
});

describe('Net iD Access on another device', () => {
  it('is begun with a number, waited for, and done', async () => {
    let isDone = false;
    const script: Script = ({ type }, before) => {
      if (isDone)
        return { type: 'complete', data: { status: 'COMPLETED', niasStatus: 'COMPLETE', location: '/onward' } };
      const isBegun = type === 'start' || before.some((each) => each.type === 'start');
      return isBegun ? { status: 'PENDING', niasStatus: 'OUTSTANDING_TRANSACTION', callerName: 'Kundportalen' } : start;
    };
    const { page, said } = await open('niasonotherdevice', script);
    await heading(page, 'Sign in with Net iD Access');
    await lookAt(page, 'nias-other');
    await page.getByLabel('Personal identity number').fill(' 19700101-1234 ');
    await press(page, 'Continue');
    await page.getByText('Open Net iD Access.', { exact: true }).waitFor();
    await lookAt(page, 'nias-pending');
    isDone = true;
    await heading(page, 'Onward');
    expect(said.filter(({ type }) => type === 'start')).toEqual([
      { type: 'start', data: { identifier: '19700101-1234' } },
    ]);
  });

  it('says why it failed, and begins anew', async () => {
    const script: Script = ({ type }, before) =>
      type === 'state' && before.length === 0
        ? start
        : failure({ status: 'FREJA_ERROR', niasStatus: 'USER_CANCEL', canRestart: true });
    const { page, said } = await open('niasonotherdevice', script, { locale: 'sv-SE' });
    await page.getByLabel('Personnummer').fill('197001011234');
    await press(page, 'Fortsätt');
    await page.getByRole('alert').getByText('Du avbröt i Net iD Access.').waitFor();
    await lookAt(page, 'nias-cancelled');
    await press(page, 'Försök igen');
    await expect.poll(() => said.filter(({ type }) => type === 'start').length).toBe(2);
  });
});

describe('Net iD Access on this device', () => {
  it('offers the link that opens the app, and goes on after a reload without another order', async () => {
    const pending = {
      status: 'PENDING',
      niasStatus: 'OUTSTANDING_TRANSACTION',
      autoStartLink: 'netid:///?autostarttoken=a&redirect=null',
    };
    const script: Script = ({ type }, before) =>
      type === 'start' || before.some(({ type }) => type === 'start') ? pending : start;
    const { page, said } = await open('niasonsamedevice', script);
    await press(page, 'Open Net iD Access on this device');
    const link = page.getByRole('link', { name: 'Open Net iD Access on this device' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(pending.autoStartLink);
    await lookAt(page, 'nias-same');
    await page.reload();
    await link.waitFor();
    expect(said.filter(({ type }) => type === 'start')).toHaveLength(1);
  });
});

describe('BankID on another device', () => {
  it('shows a code at once, another each second, and none when it is scanned', async () => {
    let isScanned = false;
    const script: Script = ({ type }, before) => {
      if (type === 'state' && before.length === 0) return start;
      if (isScanned) return { status: 'PENDING', vendorStatus: 'USER_SIGN' };
      return { status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION', qr: `${qr()}#${before.length}` };
    };
    const { page } = await open('bidonotherdevice', script);
    const code = page.getByRole('img', { name: 'QR code to scan with BankID' });
    await code.waitFor();
    const first = await code.getAttribute('src');
    await expect.poll(() => code.getAttribute('src'), { timeout: 20_000 }).not.toBe(first);
    await lookAt(page, 'bankid-qr');
    isScanned = true;
    await code.waitFor({ state: 'detached' });
    await page.getByText('Confirm in BankID with your security code').waitFor();
    await lookAt(page, 'bankid-sign');
  });
});

describe('the other pages', () => {
  it('ask for a code, and say where it went', async () => {
    const { page } = await open('otpvalidator', () => ({ ...start, by: 'sms' }));
    await page.getByText('A code has been sent to your phone.').waitFor();
    expect(await page.getByLabel('Code').getAttribute('autocomplete')).toBe('one-time-code');
    await lookAt(page, 'otp');
  });

  it('ask for a user name', async () => {
    const { page } = await open('userlookup', () => start, { locale: 'sv' });
    await heading(page, 'Vem är du?');
    await press(page, 'Fortsätt');
    await page.getByText('Det här måste fyllas i.').waitFor();
    await lookAt(page, 'user-lookup');
  });

  it('show the number that is to be typed on the phone', async () => {
    const { page } = await open('onetouch', ({ type }, before) =>
      type === 'start' || before.some((each) => each.type === 'start')
        ? { status: 'PENDING', vendorStatus: 'PENDING', number: '417' }
        : { ...start, needsIdentifier: false },
    );
    await press(page, 'Continue');
    await page.getByText('417').waitFor();
  });

  it('show Freja’s code, and the link for those who have it here', async () => {
    const pending = {
      status: 'PENDING',
      vendorStatus: 'STARTED',
      qr: qr(),
      autoStartLink: 'frejaeid://bindUserToTransaction?transactionReference=a',
    };
    const { page } = await open('frejawithqrcode', ({ type }, before) =>
      type === 'start' || before.length > 0 ? pending : start,
    );
    await page.getByRole('img', { name: 'QR code to scan with Freja' }).waitFor();
    await page.getByRole('link', { name: 'Open Freja on this device' }).waitFor();
    await lookAt(page, 'freja-qr');
  });

  it('ask for what Freja knows the person by', async () => {
    const { page } = await open('frejawithuserinput', () => start);
    await page.getByLabel('Personal identity number, e-mail address or phone number').waitFor();
    await lookAt(page, 'freja-input');
  });
});

describe('a passkey', () => {
  const script: Script = ({ type }) => {
    if (type === 'options')
      return {
        ...start,
        options: { challenge: 'AAECAwQFBgcICQoLDA0ODw', rpId: 'localhost', userVerification: 'required', timeout: 500 },
      };
    return type === 'verification' ? { type: 'complete', data: { status: 'COMPLETED', location: '/onward' } } : start;
  };

  it('is used', async () => {
    const { page, said } = await open('passkey', script);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      format: 'der',
      type: 'pkcs8',
    });
    await devtools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: {
        credentialId: 'AAAA',
        isResidentCredential: true,
        rpId: 'localhost',
        privateKey: privateKey.toString('base64'),
        userHandle: 'AAAA',
        signCount: 0,
      },
    });
    await heading(page, 'Sign in with a passkey');
    await lookAt(page, 'passkey');
    await press(page, 'Use a passkey');
    await heading(page, 'Onward');
    expect(said.at(-1)).toMatchObject({
      type: 'verification',
      data: { assertion: { id: 'AAAA', type: 'public-key' } },
    });
  });

  it('that is not there is told of, and can be tried again', async () => {
    const { page } = await open('passkey', script);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await press(page, 'Use a passkey');
    await page.getByRole('alert').getByText('No passkey was used.').waitFor();
    await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
  });
});

describe('every page', () => {
  it('takes texts, logo and style from its overlay', async () => {
    const overlay = {
      style: ':root { --accent: light-dark(#7a1f5c, #f0a8d8); --on-accent: light-dark(#fff, #300) }',
      logo: '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><circle cx="14" cy="14" r="14" fill="#7a1f5c"/></svg>',
      en: { brand: 'Region North', 'userlookup.title': 'Your account' },
    };
    const { page } = await open('userlookup', () => start, { overlay });
    await heading(page, 'Your account');
    expect(await page.title()).toBe('Your account – Region North');
    expect(await page.evaluate('getComputedStyle(document.querySelector(".primary")).backgroundColor')).toBe(
      'rgb(122, 31, 92)',
    );
    expect(await page.locator('.logo').getAttribute('src')).toContain('/overlay/logo.svg');
    await lookAt(page, 'overlay');
  });

  it('is in the language that was chosen, and keeps to it', async () => {
    const { page } = await open('userlookup', () => start, { locale: 'sv-SE' });
    await press(page, 'English');
    await heading(page, 'Who are you?');
    await page.reload();
    await heading(page, 'Who are you?');
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  });

  it('shows what it is told as text, and runs nothing of it', async () => {
    const evil = '<img src=x onerror="document.title=1"> javascript:alert(1)';
    const script: Script = ({ type }) =>
      type === 'init'
        ? { options: [{ id: 'a', label: evil }] }
        : { message: { text: evil }, location: 'javascript:document.title=1' };
    const { page, url } = await open('selector', script);
    await page.getByRole('button', { name: evil }).click();
    await page.getByText(evil).waitFor();
    await press(page, 'Continue');
    expect(page.url()).toBe(url);
    expect(await page.title()).not.toBe('1');
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('says that its sign-in has ended, and begins anew', async () => {
    let isOver = true;
    const { page } = await open('userlookup', () => (isOver ? 403 : start));
    await heading(page, 'The sign-in has ended');
    await lookAt(page, 'no-session');
    isOver = false;
    await press(page, 'Start over');
    await heading(page, 'Who are you?');
  });

  it('goes on by itself when the server is there again', async () => {
    let isAway = true;
    const { page } = await open('userlookup', () => (isAway ? 503 : start));
    await page.getByText('There is no answer from the server.').waitFor();
    isAway = false;
    await heading(page, 'Who are you?');
  });

  it('lets a last word be read before it goes on', async () => {
    const script: Script = ({ type }) =>
      type === 'state'
        ? start
        : failure({ status: 'ERROR', message: { text: 'common.no_tries_left' }, location: '/onward' });
    const { page } = await open('userlookup', script);
    await page.getByLabel('User name').fill('nobody');
    await press(page, 'Continue');
    await heading(page, 'It did not work');
    await lookAt(page, 'last-word');
    await press(page, 'Continue');
    await heading(page, 'Onward');
  });

  it('asks again when it comes back from the browser’s memory or another window', async () => {
    let isElsewhereDone = false;
    const script: Script = () =>
      isElsewhereDone ? { type: 'complete', data: { status: 'COMPLETED', location: '/onward' } } : start;
    const { page } = await open('niasonsamedevice', script);
    await heading(page, 'Sign in with Net iD Access');
    isElsewhereDone = true;
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await heading(page, 'Onward');
  });
});
