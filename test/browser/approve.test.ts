import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  eventually,
  notificationsOf,
  openPhone,
  phoneSize,
  push,
  readyPhone,
  type Scene,
  startScene,
} from '../support/approve-app.ts';
import { lookAt } from '../support/barriers.ts';
import { sharedBrowser } from '../support/chromium.ts';

const browser = sharedBrowser();

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const context = {
  context_application: 'Firefox on Linux',
  context_place: 'Edmonton, Canada',
  context_address: '192.0.2.17',
};

/** Buttons sleep for a moment when a request appears. */
const awake = (page: Page) => page.getByRole('button', { name: 'Reject' }).click({ trial: true });

/** A telephone with a request on its screen. */
async function asked(scene: Scene, more: object = {}) {
  const phone = await readyPhone(browser(), scene);
  const started = await scene.start(more);
  await awake(phone.page);
  return { ...phone, ...started };
}

describe('a request', () => {
  it('comes as an encrypted push, is opened, gets its number, and is approved', async () => {
    const scene = await startScene();
    const { page, context: phone } = await readyPhone(browser(), scene);
    await page.goto('about:blank');
    const { assignmentid, number } = await scene.start({ match: 'true', ...context });
    await scene.pushesSent();
    const [message] = scene.service.messages;
    // The app is not open: only its service worker is there to hear.
    const other = await phone.newPage();
    await other.goto(`${scene.url}/openapi.json`);
    await push(other, scene.url, message?.data ?? '');
    const shown = [{ title: 'A request waits for you', body: 'Open to see who asks, and for what.' }];
    await eventually(() => notificationsOf(other)).toEqual(shown);
    expect(await scene.statusOf(assignmentid)).toBe('PENDING');
    await page.goto(`${scene.url}/approve/`);
    await heading(page, 'Sign in to Kundportalen?');
    await scene.comesTo(assignmentid, 'IN_PROGRESS');
    await eventually(() => notificationsOf(other)).toEqual([]);
    await page.getByLabel('Type the number').fill(number);
    await press(page, 'Approve');
    await heading(page, 'Approved');
    expect(await scene.statusOf(assignmentid)).toBe('CONFIRMED');
    expect(scene.service.refusals).toEqual([]);
    await lookAt(page, 'approved');
  });

  it('shows who asks, for what and from where, as text and never as markup', async () => {
    const scene = await startScene();
    const message = 'Pay 1 299 kr to <b>Åsa & Co</b>\nInvoice 4711';
    const { page } = await asked(scene, { message, ...context });
    await heading(page, 'Approve for Kundportalen?');
    const text = await page.locator('main').textContent();
    for (const each of [message, ...Object.values(context), 'Wayne Gretzky (wgretzky)']) expect(text).toContain(each);
    expect(await page.locator('main b').count()).toBe(0);
    await lookAt(page, 'message');
  });

  it('shows a long message in full: nothing of what is approved lies below an edge', async () => {
    const scene = await startScene();
    const message = Array.from({ length: 25 }, (_, at) => `Line ${at}`).join('\n');
    const { page } = await asked(scene, { message });
    const [whole, seen] = await page.locator('.message').evaluate((each) => [each.scrollHeight, each.clientHeight]);
    expect(seen).toBe(whole);
    await lookAt(page, 'message-long');
  });

  it('cannot be approved without a connection, and looks it', async () => {
    const scene = await startScene();
    const { page, context: phone } = await asked(scene);
    const approve = page.getByRole('button', { name: 'Approve' });
    const opacity = () => page.evaluate("getComputedStyle(document.querySelector('.button.primary')).opacity");
    expect([await approve.isEnabled(), await opacity()]).toEqual([true, '1']);
    await phone.setOffline(true);
    await heading(page, 'No connection');
    expect([await approve.isEnabled(), Number(await opacity()) < 1]).toEqual([false, true]);
    await lookAt(page, 'request-offline');
  });

  it('is approved with the keyboard alone, beginning at its heading', async () => {
    const scene = await startScene();
    const { page, assignmentid, number } = await asked(scene, { match: 'true' });
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${number}\n`);
    await heading(page, 'Approved');
    await scene.comesTo(assignmentid, 'CONFIRMED');
  });

  it('is rejected', async () => {
    const scene = await startScene();
    const { page, assignmentid } = await asked(scene, context);
    await lookAt(page, 'request');
    await press(page, 'Reject');
    await heading(page, 'Rejected');
    await scene.comesTo(assignmentid, 'REJECTED');
    await lookAt(page, 'rejected');
    await press(page, 'Done');
    await page.locator('.answer').filter({ hasText: 'Rejected' }).waitFor();
    await lookAt(page, 'home');
  });

  it('that was not the person’s own pauses all that follow, until the administrator lifts it', async () => {
    const scene = await startScene();
    const { page, assignmentid } = await asked(scene, context);
    await press(page, 'It wasn’t me');
    await lookAt(page, 'not-me');
    await press(page, 'Reject and pause');
    await heading(page, 'Rejected and paused');
    await scene.comesTo(assignmentid, 'REJECTED');
    await lookAt(page, 'paused-result');
    await press(page, 'Done');
    await heading(page, 'Requests are paused');
    await lookAt(page, 'paused');
    await scene.administration().resume('wgretzky');
    await page.reload();
    await heading(page, 'Nothing to approve');
  });

  it('takes three digits, and ends with a number that is wrong', async () => {
    const scene = await startScene();
    const { page, assignmentid, number } = await asked(scene, { match: 'true', ...context });
    await page.getByLabel('Type the number').fill('1a2');
    await press(page, 'Approve');
    await page.getByText('Type all three digits.').waitFor();
    await lookAt(page, 'number');
    await page.getByLabel('Type the number').fill(number === '111' ? '222' : '111');
    await press(page, 'Approve');
    await heading(page, 'That was not the number');
    await scene.comesTo(assignmentid, 'ERROR');
    await lookAt(page, 'wrong-number');
  });

  it('that nobody answers ends on the screen as well', async () => {
    const steps = [{ step: 'push/start', lifetimeSeconds: 15 }];
    const scene = await startScene({ operations: { onetouch_start_auth: { summary: 'Short.', steps } } });
    const { page, assignmentid } = await asked(scene);
    await heading(page, 'The time is over');
    await scene.comesTo(assignmentid, 'ERROR');
    await lookAt(page, 'expired');
  });

  it('on two devices counts once, and the other is told', async () => {
    const scene = await startScene();
    const one = await readyPhone(browser(), scene);
    const two = await readyPhone(browser(), scene);
    const { assignmentid } = await scene.start();
    await awake(one.page);
    await awake(two.page);
    await press(two.page, 'Approve');
    await heading(two.page, 'Approved');
    await heading(one.page, 'The request has ended');
    await scene.comesTo(assignmentid, 'CONFIRMED');
    await lookAt(one.page, 'gone');
  });

  it('is not swapped for a newer one under the finger', async () => {
    const scene = await startScene();
    const { page, assignmentid } = await asked(scene);
    const next = await scene.start({ message: 'Another' });
    await heading(page, 'There is a newer request');
    expect([await scene.statusOf(assignmentid), await scene.statusOf(next.assignmentid)]).toEqual(['ERROR', 'PENDING']);
    await lookAt(page, 'replaced');
    await press(page, 'Show the newer one');
    await page.getByText('Another').waitFor();
  });
});

describe('a request that demands a passkey', () => {
  const steps = [{ step: 'push/start', passkey: true }];
  const options = {
    push: { passkeys: true },
    operations: { onetouch_start_auth: { summary: 'With a passkey.', steps } },
  };

  /** A telephone that can verify its person, or that will not. */
  async function passkeyPhone(scene: Scene, isUserVerified = true) {
    const phone = await openPhone(browser(), scene, { path: await scene.invite() });
    const session = await phone.context.newCDPSession(phone.page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified,
      },
    });
    await press(phone.page, 'Connect');
    await heading(phone.page, 'Connected');
    const verify = (is: boolean) => session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: is });
    return { ...phone, verify };
  }

  it('is approved with the one that was made while enrolling, and by nobody who is not verified', async () => {
    const scene = await startScene(options);
    const { page, verify } = await passkeyPhone(scene);
    await lookAt(page, 'welcome-passkey');
    await press(page, 'Make a passkey');
    await page.getByText('The passkey has been made.').waitFor();
    await press(page, 'Done');
    await page.getByText('Passkey', { exact: true }).waitFor();
    const { assignmentid } = await scene.start();
    await verify(false);
    await press(page, 'Approve with passkey');
    await page.getByText('The passkey was not used. Nothing was approved.').waitFor();
    expect(await scene.statusOf(assignmentid)).toBe('IN_PROGRESS');
    await lookAt(page, 'passkey');
    await verify(true);
    await press(page, 'Approve with passkey');
    await heading(page, 'Approved');
    await scene.comesTo(assignmentid, 'CONFIRMED');
  });

  it('says so to a device that has none, and is rejected without one', async () => {
    const scene = await startScene(options);
    const { page } = await passkeyPhone(scene);
    await press(page, 'Later');
    await page.getByText('It can be made within ten minutes').waitFor();
    const { assignmentid } = await scene.start();
    await press(page, 'Approve with passkey');
    await page.getByText('This request demands a passkey, and this device has none.').waitFor();
    await press(page, 'Reject');
    await heading(page, 'Rejected');
    await scene.comesTo(assignmentid, 'REJECTED');
  });
});

describe('a push', () => {
  it('in Swedish, of one of several, names the person; one that is late says so', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene, { locale: 'sv-SE' });
    await page.goto(await scene.invite('alovelace'));
    await press(page, 'Anslut');
    await heading(page, 'Ansluten');
    const [device] = await scene.devices('alovelace');
    const late = { v: 1, t: 'x', d: device, e: 1 };
    await push(page, scene.url, JSON.stringify(late));
    const shown = (body: string) => [{ title: 'En begäran väntar på dig', body }];
    await eventually(() => notificationsOf(page)).toEqual(shown('En begäran kom för sent för att besvaras.'));
    await push(page, scene.url, JSON.stringify({ ...late, e: Date.now() }));
    const text = 'För Ada Lovelace. Öppna för att se vem som frågar, och vad det gäller.';
    await eventually(() => notificationsOf(page)).toEqual(shown(text));
  });

  it('that is none of ours shows the same as any', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    await push(page, scene.url, '<b>Your account is locked</b>');
    const shown = [{ title: 'A request waits for you', body: 'Open to see who asks, and for what.' }];
    await eventually(() => notificationsOf(page)).toEqual(shown);
  });
});

describe('enrolling', () => {
  it('goes from the link of the QR code to a device that pushes can wake', async () => {
    const scene = await startScene();
    const phone = await openPhone(browser(), scene, { path: await scene.invite(), notifications: 'unasked' });
    const { page, complaints, asked: requests } = phone;
    await heading(page, 'Connect this device to Wayne Gretzky?');
    expect(page.url()).toBe(`${scene.url}/approve/`);
    await lookAt(page, 'invitation');
    await page.getByLabel('Name of this device').fill('Waynes telefon');
    await press(page, 'Connect');
    await heading(page, 'Get told at once');
    await lookAt(page, 'welcome');
    await press(page, 'Turn on notifications');
    await page.getByText('Notifications are on.').waitFor();
    await lookAt(page, 'welcome-done');
    await press(page, 'Done');
    await page.getByText('Waynes telefon').waitFor();
    await page.getByText('Notifications on').waitFor();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${scene.url}/approve/`))).toEqual([]);
  });

  it('keeps a key that no script can read', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    const key = await page.evaluate(`new Promise((resolve) => {
      indexedDB.open('portvakt-approve').onsuccess = ({ target }) => {
        target.result.transaction('enrolments').objectStore('enrolments').getAll().onsuccess = ({ target }) => {
          const [{ key }] = target.result;
          crypto.subtle.exportKey('pkcs8', key).then(() => 'exported', ({ name }) => name)
            .then((fate) => resolve([key.extractable, key.usages, fate]));
        };
      };
    })`);
    expect(key).toEqual([false, ['sign'], 'InvalidAccessError']);
  });

  it('with a link that was used says so', async () => {
    const scene = await startScene();
    const path = await scene.invite();
    await scene.invite();
    const { page } = await openPhone(browser(), scene, { path });
    await heading(page, 'This link does not work any more');
    await lookAt(page, 'link-used');
    await press(page, 'Done');
    await heading(page, 'Connect this device');
    await lookAt(page, 'empty');
  });

  it('takes a link that is opened while the app begins', async () => {
    const scene = await startScene();
    const code = new URL(await scene.invite()).hash;
    // The address changes when the app begins to read what this browser keeps.
    const script = `
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...given) {
        IDBFactory.prototype.open = open;
        location.hash = '${code}';
        return open.apply(this, given);
      };`;
    const { page } = await openPhone(browser(), scene, { script });
    await heading(page, 'Connect this device to Wayne Gretzky?');
    expect(page.url()).toBe(`${scene.url}/approve/`);
  });

  it('takes a link that is pasted', async () => {
    const scene = await startScene();
    const { page } = await openPhone(browser(), scene);
    await page.getByLabel('Link or code').fill('https://example.org/');
    await press(page, 'Continue');
    await page.getByText('There is no code in this.').waitFor();
    await page.getByLabel('Link or code').fill(await scene.invite());
    await press(page, 'Continue');
    await heading(page, 'Connect this device to Wayne Gretzky?');
  });

  it('anew takes the place of the enrolment before', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    await page.goto(await scene.invite());
    await page.getByText('The earlier enrolment of this person in this browser ends.').waitFor();
    await press(page, 'Connect');
    await heading(page, 'Connected');
    await press(page, 'Done');
    expect(await page.locator('.enrolment').count()).toBe(1);
  });

  it('of several people keeps them apart', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    await page.goto(await scene.invite('alovelace'));
    await press(page, 'Connect');
    await heading(page, 'Connected');
    await press(page, 'Done');
    await scene.start({}, 'alovelace');
    await page.getByText('Ada Lovelace (alovelace)').waitFor();
    await scene.start();
    await press(page, 'Reject');
    await heading(page, 'Rejected');
    await page.getByText('Wayne Gretzky (wgretzky)').waitFor();
  });
});

describe('when something is the matter, the app says what', () => {
  it('revoked: the key is gone, and a new link is needed', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    const [device] = await scene.devices('wgretzky');
    await scene.administration().revoke(device ?? '');
    await page.reload();
    await heading(page, 'This device was removed');
    await lookAt(page, 'revoked');
    await press(page, 'Take off the list');
    await heading(page, 'Connect this device');
  });

  it('notifications blocked: it works while it is open', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene, { notifications: 'denied' });
    await heading(page, 'Notifications are blocked');
    await lookAt(page, 'blocked');
    await scene.start();
    await heading(page, 'Sign in to Kundportalen?');
    expect(scene.service.asked()).toBe(0);
  });

  it('the subscription lapsed: it is renewed, and if that fails, told', async () => {
    const scene = await startScene();
    const { page, context: phone } = await readyPhone(browser(), scene);
    scene.service.script.add({ status: 410 });
    await scene.start();
    await scene.pushesSent();
    await press(page, 'Reject');
    await heading(page, 'Rejected');
    await page.evaluate(`localStorage.removeItem('stand-in'); localStorage.setItem('no-push', '')`);
    await page.reload();
    await heading(page, 'Notifications do not reach this device');
    await lookAt(page, 'lapsed');
    await page.evaluate(`localStorage.removeItem('no-push')`);
    await press(page, 'Try again');
    await page.getByText('Notifications on').waitFor();
    expect(phone.pages()).toHaveLength(1);
  });

  it('the clock is wrong: nothing goes until it is set', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    scene.putAhead(600);
    await page.reload();
    await page.getByText('It is 10 minutes slow').waitFor();
    await lookAt(page, 'clock');
    scene.putAhead(-600);
    await heading(page, 'Nothing to approve');
  });

  it('offline: it opens all the same, says so, and goes on by itself', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    await eventually(() => page.evaluate('caches.keys().then((all) => all.length)')).toBe(1);
    await scene.stop();
    await page.reload();
    await heading(page, 'No connection');
    await lookAt(page, 'offline');
    await scene.restart();
    await heading(page, 'Nothing to approve');
  });
});

describe('in a browser that is not as it should be, the app says why', () => {
  const noPush = 'delete globalThis.PushManager;';
  const isPhone = `Object.defineProperties(navigator, {
    userAgent: { get: () => 'Mozilla/5.0 (iPhone) Safari/604' }, maxTouchPoints: { get: () => 5 } });`;

  it.each([
    ['unavailable', 'This browser cannot be woken', noPush],
    ['install', 'Add it to the home screen', noPush + isPhone],
  ])('%s', async (name, title, script) => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene, { notifications: 'unasked', script });
    await heading(page, title);
    await lookAt(page, name);
  });

  it('no-storage', async () => {
    const scene = await startScene();
    const script = `IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };`;
    const { page } = await openPhone(browser(), scene, { script });
    await heading(page, 'This browser keeps nothing');
    await lookAt(page, 'no-storage');
  });

  it('outdated', async () => {
    const scene = await startScene();
    const { page } = await openPhone(browser(), scene, { path: '/openapi.json' });
    const body = JSON.stringify({ code: 'protocol-unsupported' });
    await page.route('**/approve/api/hello', (route) => route.fulfill({ status: 400, body }));
    await page.goto(`${scene.url}/approve/`);
    await heading(page, 'This app is out of date');
    await lookAt(page, 'outdated');
  });

  it('unreachable', async () => {
    const scene = await startScene();
    const { page } = await openPhone(browser(), scene);
    await page.route('**/approve/api/invitation', (route) => route.abort());
    await page.getByLabel('Link or code').fill(await scene.invite());
    await press(page, 'Continue');
    await heading(page, 'The server does not answer');
    await lookAt(page, 'unreachable');
    await page.unroute('**/approve/api/invitation');
    await press(page, 'Try again');
    await heading(page, 'Connect this device to Wayne Gretzky?');
  });
});

describe('the app', () => {
  it('speaks Swedish to who does, and English when that is chosen', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene, { locale: 'sv-SE' });
    await scene.start({ match: 'true', message: 'Betala 1 299 kr', ...context });
    await heading(page, 'Godkänna för Kundportalen?');
    await lookAt(page, 'swedish');
    await press(page, 'English');
    await heading(page, 'Approve for Kundportalen?');
    await page.reload();
    await heading(page, 'Approve for Kundportalen?');
    expect(await page.evaluate('document.documentElement.lang')).toBe('en-GB');
  });

  it('ends an enrolment at the server, once that was asked about', async () => {
    const scene = await startScene();
    const { page } = await readyPhone(browser(), scene);
    const removeIt = () => press(page, 'Remove the enrolment of Wayne Gretzky');
    await removeIt();
    await lookAt(page, 'remove');
    await page.keyboard.press('Escape');
    await removeIt();
    await press(page, 'Remove');
    await heading(page, 'Connect this device');
    expect(await scene.devices('wgretzky')).toEqual([]);
  });

  it('fits a small telephone with large text', async () => {
    const scene = await startScene();
    const { page } = await asked(scene, { match: 'true', message: 'x'.repeat(500), ...context });
    await page.setViewportSize({ width: 320, height: 480 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await page.setViewportSize(phoneSize);
  });
});
