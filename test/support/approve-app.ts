import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { devicesOf, loadPortvaktConfig, openPortvakt, startPortvakt } from '../../src/compose.ts';
import { startWebPushSimulator } from '../../src/methods/push/simulator/web-push.ts';
import { buildApp } from '../../tools/build-app.mjs';
import { pushConfig } from './push-server.ts';

interface SceneOptions {
  /** Settings of `push`. */
  readonly push?: object;
  readonly operations?: object;
}

/** A server with the app and a push service, whose clock can be put ahead of that of the browser. It ends with the test. */
export async function startScene({ push = {}, operations = {} }: SceneOptions = {}) {
  await buildApp();
  const service = await startWebPushSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-approve-'));
  const [file, ca, port] = [join(folder, 'portvakt.yaml'), join(folder, 'ca.pem'), await freePort()];
  const url = `http://localhost:${port}`;
  const web = { ca: [ca], privateAddresses: ['127.0.0.0/8', '::1'] };
  writeFileSync(ca, service.ca);
  writeFileSync(file, stringify(pushConfig({ push: { url, web, ...push }, operations })));
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs };
  const open = () => openPortvakt(loadPortvaktConfig(file, { port, data: join(folder, 'data') }), { clock });
  let portvakt = await open();
  let server = await startPortvakt(portvakt);
  onTestFinished(async () => {
    await server.stop().catch(() => {});
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ask = async (operation: string, body: object) => {
    const headers = { tenant: 't1', 'content-type': 'application/json' };
    const request = { method: 'PUT', headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/authentication/${operation}`, request);
    return (await response.json()) as Record<string, string>;
  };
  return {
    url,
    service,
    ask,
    /** The link of a new invitation. */
    invite: async (username = 'wgretzky') => String((await ask('onetouch_enroll', { username }))['link']),
    start: async (more: object = {}, username = 'wgretzky') => {
      const { assignmentid = '', number = '' } = await ask('onetouch_start_auth', { username, ...more });
      return { assignmentid, number };
    },
    /** Waits for this status, as an application does. */
    comesTo: (assignmentid: string | undefined, status: string) =>
      eventually(async () => (await ask('onetouch_check_auth', { assignmentid }))['status']).toBe(status),
    statusOf: async (assignmentid: string | undefined) =>
      (await ask('onetouch_check_auth', { assignmentid }))['status'],
    pushesSent: () => portvakt.push.idle(),
    administration: () => devicesOf(portvakt, 'default', { trace: '0'.repeat(32) }),
    /** Ids of the devices of a person. */
    devices: async (username: string) => {
      const ids: string[] = [];
      for await (const { id } of devicesOf(portvakt, 'default', { trace: '' }).list(username)) ids.push(id);
      return ids;
    },
    putAhead: (seconds: number) => {
      aheadMs += seconds * 1000;
    },
    stop: () => server.stop(),
    restart: async () => {
      portvakt = await open();
      server = await startPortvakt(portvakt);
    },
  };
}

/** See {@link startScene}. */
export type Scene = Awaited<ReturnType<typeof startScene>>;

/** What is to come true, on a busy machine as well. */
export const eventually = <T>(what: () => T) => expect.poll(what, { timeout: 30_000, interval: 100 });

interface PhoneOptions extends BrowserContextOptions {
  /** How the browser answers when it is asked for notifications. */
  readonly notifications?: 'granted' | 'unasked' | 'denied';
  readonly path?: string;
  /** Run before the app in each page: what this browser is like. */
  readonly script?: string;
}

/**
 * A browser of its own as somebody's telephone. A headless Chromium has no push service: its subscriptions are those of the stand-in,
 * which decrypts what was sent; {@link push} hands that to the service worker, as a push service would.
 */
export async function openPhone(browser: Browser, { url, service }: Scene, options: PhoneOptions = {}) {
  const { notifications = 'granted', path = '/approve/', script = '', ...rest } = options;
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', viewport: phoneSize, ...rest });
  onTestFinished(() => context.close());
  if (notifications === 'granted') await context.grantPermissions(['notifications'], { origin: url });
  await context.exposeFunction('subscribeAtStandIn', (key: string) => service.subscribe(key));
  await context.addInitScript(pushManager);
  await context.addInitScript(script);
  if (notifications !== 'granted') await context.addInitScript(permissionScript(notifications));
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    // What the server refuses, the browser writes down by itself.
    if (['error', 'warning'].includes(message.type()) && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(path.startsWith('http') ? path : url + path);
  return { context, page, complaints, asked };
}

/** Width and height of a telephone. */
export const phoneSize = { width: 390, height: 844 };

/** A telephone that the link was opened on, enrolled, with the app at its first page. */
export async function enrolPhone(
  browser: Browser,
  scene: Scene,
  options: PhoneOptions & { readonly name?: string; readonly user?: string } = {},
) {
  const { name, user, ...rest } = options;
  const phone = await openPhone(browser, scene, { ...rest, path: await scene.invite(user) });
  const { page } = phone;
  if (name !== undefined) await page.getByLabel(/Name of this device|Enhetens namn/).fill(name);
  await page.getByRole('button', { name: /^(Connect|Anslut)$/ }).click();
  await page.getByRole('heading', { name: /^(Connected|Ansluten)$/ }).waitFor();
  return phone;
}

/** The same, with the first page shown and the subscription told. */
export async function readyPhone(browser: Browser, scene: Scene, options: Parameters<typeof enrolPhone>[2] = {}) {
  const phone = await enrolPhone(browser, scene, options);
  if ((options.notifications ?? 'granted') === 'granted')
    await phone.page.getByText(/Notifications are on|Aviseringar är på/).waitFor();
  await phone.page.getByRole('button', { name: /^(Done|Later|Klar|Senare)$/ }).click();
  await phone.page.getByRole('heading', { name: /Nothing to approve|Inget att godkänna/ }).waitFor();
  return phone;
}

/** Hands a message to the service worker of the page, decrypted as its browser would have. */
export async function push(page: Page, url: string, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registrationId = await new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${url}/approve/` && !isDeleted);
      if (found !== undefined) resolve(found.registrationId);
    });
    void session.send('ServiceWorker.enable');
  });
  await session.send('ServiceWorker.deliverPushMessage', { origin: url, registrationId, data });
  await session.detach();
}

/** What notifications the system shows of the app. */
export function notificationsOf(page: Page): Promise<readonly { readonly title: string; readonly body: string }[]> {
  return page.evaluate(`navigator.serviceWorker.getRegistration('/approve/')
    .then((registration) => registration.getNotifications())
    .then((all) => all.map(({ title, body }) => ({ title, body })))`);
}

/** A PushManager with subscriptions of the stand-in. */
const pushManager = `
  const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const kept = () => {
    const text = localStorage.getItem('stand-in');
    if (text === null) return null;
    const { key, json } = JSON.parse(text);
    const bytes = Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
    return {
      endpoint: json.endpoint,
      options: { applicationServerKey: bytes.buffer },
      toJSON: () => json,
      unsubscribe: async () => { localStorage.removeItem('stand-in'); return true; },
    };
  };
  PushManager.prototype.getSubscription = async () => kept();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (localStorage.getItem('no-push') !== null) throw new DOMException('Registration failed', 'AbortError');
    const key = toText(applicationServerKey);
    localStorage.setItem('stand-in', JSON.stringify({ key, json: await subscribeAtStandIn(key) }));
    return kept();
  };
`;

/** A browser whose owner has not been asked, or has said no. */
function permissionScript(state: 'unasked' | 'denied'): string {
  const answer = state === 'denied' ? 'denied' : 'default';
  return `
    let answer = '${answer}';
    Object.defineProperty(Notification, 'permission', { get: () => answer });
    Notification.requestPermission = async () => { if (answer === 'default') answer = 'granted'; return answer; };
  `;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
