import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { DemoState } from '../../src/server/demo.ts';
import { sharedBrowser } from '../support/chromium.ts';
import { makeSite, sharedProcess } from '../support/server-process.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const demo = parse(readFileSync(new URL('../../config/demo.yaml', import.meta.url), 'utf8'));
const markup = '<img src="/x" onerror="document.title=1">';
demo.realms.default.directories[0].people.mallory = { attributes: { displayName: markup } };

const server = sharedProcess(demo);
const browser = sharedBrowser();

/** The page, once it shows codes; with all that its browser complained of and asked for. */
async function openDemo(options: BrowserContextOptions = {}, url = server().url) {
  const context = await browser().newContext({ reducedMotion: 'reduce', ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(url);
  await page.locator('.token').first().waitFor();
  return { page, complaints, asked };
}

async function shown(): Promise<DemoState> {
  return (await fetch(`${server().url}/demo/state`)).json() as Promise<DemoState>;
}

/** What is to come true, on a busy machine as well. */
const eventually = <T>(what: () => T) => expect.poll(what, { timeout: 30_000 });
const portal = { tenant: 'ot', authorization: `Basic ${btoa('portal:demo-secret')}` };

/** Sends a text message as the portal of the demo does; the status of the answer. */
async function sendSms(url: string, mobile: string, message: string): Promise<number> {
  const headers = { ...portal, 'content-type': 'application/json' };
  const body = JSON.stringify({ mobile, message });
  return (await fetch(`${url}/api/authentication/sendSMS`, { method: 'PUT', headers, body })).status;
}

const person = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
const status = (page: Page) => page.getByRole('status').textContent();
const ground = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(
    `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
  );

describe('what the page shows', () => {
  it('loads without a complaint of the browser, and asks nobody but its own server', async () => {
    const { page, complaints, asked } = await openDemo();
    await page.waitForResponse('**/demo/state');
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(`${server().url}/`))).toEqual([]);
    expect(asked.length).toBeGreaterThan(4);
  });

  it('names every person, tenant and operation, and where to read on', async () => {
    const { page } = await openDemo();
    const { people, tenants, operations, version } = await shown();
    const text = await page.locator('main').textContent();
    for (const each of people) await person(page, each.displayName).getByText(each.username, { exact: true }).waitFor();
    for (const { name } of [...tenants, ...operations]) expect(text).toContain(name);
    expect(await page.getByRole('banner').textContent()).toContain(`version ${version}`);
    const links = await page
      .getByRole('contentinfo')
      .getByRole('link')
      .evaluateAll((all) => all.map((a) => `${a}`));
    const { url, managementUrl } = server();
    const health = ['/healthz', '/readyz', '/metrics'].map((path) => managementUrl + path);
    expect(links).toEqual([`${url}/docs/`, `${url}/openapi.json`, ...health]);
  });

  it('writes what it is told as text, never as markup', async () => {
    const { page } = await openDemo();
    await person(page, markup).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('offers a line to paste that is accepted now, and another once it was used', async () => {
    const { page } = await openDemo();
    const line = async () => (await page.locator('#first code').textContent()) ?? '';
    const first = await line();
    const [body = ''] = /(?<=-d ').*(?=')/.exec(first) ?? [];
    const [url = ''] = /http\S+/.exec(first) ?? [];
    const headers = { tenant: 't1', 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(200);
    await eventually(line).not.toBe(first);
    await eventually(async () => (await line()) === (await shown()).tryOut[0]?.command).toBe(true);
  });

  it('copies the line as it stands', async () => {
    const { page } = await openDemo({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy “Is the audit log' }).click();
    await eventually(() => status(page)).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^\.\/portvakt events verify --config /);
  });

  it('is light or dark as the visitor prefers', async () => {
    const light = await openDemo({ colorScheme: 'light' });
    const dark = await openDemo({ colorScheme: 'dark' });
    expect([await ground(light.page), await ground(dark.page)]).toEqual(['rgb(245, 247, 248)', 'rgb(14, 20, 24)']);
  });
});

describe('trying a code', () => {
  it('accepts the code it shows, and refuses the same code a second time', async () => {
    const { page } = await openDemo();
    const ada = person(page, 'Ada Lovelace');
    await ada.getByRole('button', { name: 'Try it' }).click();
    await ada.getByText('Accepted', { exact: true }).waitFor();
    await ada.getByRole('button', { name: 'Send the same code again' }).click();
    await ada.getByText('Refused', { exact: true }).waitFor();
    const replies = await ada.locator('[data-part="reply"]').allTextContents();
    expect(replies[0]).toBe('200 OK\n\n(empty body)');
    expect(replies[1]).toMatch(/^403 Forbidden\ncontent-type: application\/problem\+json.*\n\n\{.*"code":"refused"/);
    expect(await status(page)).toContain('each code is accepted once');
  });

  it('says that a code is used up until the next one comes', async () => {
    const { page } = await openDemo();
    const row = person(page, 'Karin Larsson')
      .locator('.token')
      .filter({ hasText: /TOTP|Used/ });
    const button = row.getByRole('button', { name: 'Try it' });
    // The window lets in the next code as well, so one use is not enough.
    await eventually(async () => {
      await button.press('Enter');
      return row.locator('[data-part="kind"]').textContent();
    }).toBe('Used: wait for the next');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
  });

  it('takes any name and code by hand, with the keyboard alone', async () => {
    const { page } = await openDemo();
    const [code = ''] = (await shown()).people.flatMap((each) =>
      each.username === 'ghopper' ? each.tokens.map((token) => token.code) : [],
    );
    await page.getByLabel('User name').focus();
    await page.keyboard.type('ghopper');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${code.slice(0, 4)} ${code.slice(4)}\n`);
    await page.getByText('Accepted', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Refused', { exact: true }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Send the same code again');
  });
});

describe('the outbox', () => {
  const outbox = (page: Page) => page.getByRole('region', { name: 'Outbox' });
  const texts = (page: Page) => outbox(page).locator('[data-part="text"]').allTextContents();
  const news = (page: Page) => page.locator('#outbox-news').textContent();

  it('shows the message of the line to paste, and then the newest first', async () => {
    const { url } = await makeSite(demo).serve();
    const { page } = await openDemo({}, url);
    await outbox(page).getByText('None so far').waitFor();
    const line = page.locator('.command').filter({ hasText: 'sendSMS' }).locator('code');
    const { stdout } = await promisify(execFile)('sh', ['-c', (await line.textContent()) ?? '']);
    expect(stdout).toContain('HTTP/1.1 200 OK');
    await outbox(page).getByText('Hej Wayne!').waitFor();
    expect(await outbox(page).getByRole('listitem').textContent()).toMatch(/To\s*\+46701234567\s*At\s*\d\d:\d\d:\d\d/);
    expect(await outbox(page).getByText('None so far').isVisible()).toBe(false);
    expect(await sendSms(url, '0701234567', markup)).toBe(200);
    await eventually(() => texts(page)).toEqual([markup, 'Hej Wayne! Din kod är 482913.']);
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('tells what is new, once, and not what was there before', async () => {
    const { url } = await makeSite(demo).serve();
    expect(await sendSms(url, '0701740605', 'ett')).toBe(200);
    const { page } = await openDemo({}, url);
    await outbox(page).getByText('ett').waitFor();
    expect(await news(page)).toBe('');
    expect(await sendSms(url, '0701740605', 'två')).toBe(200);
    await eventually(() => news(page)).toBe('New message in the outbox to +46701740605: två');
    expect(await sendSms(url, '0701740605', 'två')).toBe(200);
    await eventually(() => texts(page)).toEqual(['två', 'två', 'ett']);
    expect(await page.locator('#outbox-news').getAttribute('aria-live')).toBe('polite');
  });

  it('is not there when messages are sent', async () => {
    const { page } = await openDemo({}, (await makeSite({ ...demo, messages: {} }).serve()).url);
    expect(await outbox(page).count()).toBe(0);
    expect(await page.locator('.command').filter({ hasText: 'sendSMS' }).count()).toBe(0);
  });
});

describe('trying an eID', () => {
  const eid = (page: Page, name: string) => page.locator('#eids > li').filter({ hasText: name });

  it.each([
    ['BankID', 'OK'],
    ['Freja eID', 'APPROVED'],
    ['Net iD Access', 'COMPLETE'],
  ])('shows how it ends, when the user is played on the page of the service: %s', async (name, done) => {
    const { page, complaints } = await openDemo();
    const panel = eid(page, name);
    await panel.getByRole('button', { name: 'Start' }).click();
    await panel.getByText('Started: now play the user', { exact: true }).waitFor();
    const [user] = await Promise.all([page.waitForEvent('popup'), panel.getByRole('link', { name: 'Play' }).click()]);
    await user.getByRole('button', { name: 'Approve' }).first().click();
    await panel.getByText(done, { exact: true }).waitFor();
    await eventually(() => status(page)).toBe(`${name}: ${done}`);
    expect(await panel.locator('[data-part="answer"]').textContent()).toContain('199001012385');
    expect(complaints).toEqual([]);
  });

  it('stops asking about an identification once another is begun', async () => {
    const { page } = await openDemo();
    const panel = eid(page, 'Net iD Access');
    const answer = () => panel.locator('[data-part="answer"]').textContent();
    await panel.getByRole('button', { name: 'Start' }).click();
    await eventually(answer).toContain('orderref');
    const first = await answer();
    await panel.getByRole('button', { name: 'Start' }).click();
    await eventually(answer).not.toBe(first);
  });
});

describe('keeping up with the server', () => {
  it('says that the server is away, and goes on by itself when it is back', async () => {
    const site = makeSite(demo);
    const first = await site.serve();
    const { page } = await openDemo({}, first.url);
    await first.stop();
    await page.getByText('Portvakt does not answer.', { exact: true }).waitFor();
    const button = person(page, 'Wayne Gretzky').getByRole('button');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await site.serve('--port', new URL(first.url).port);
    await eventually(() => status(page)).toBe('Portvakt answers again.');
    expect(await page.getByText('Portvakt does not answer.', { exact: true }).isVisible()).toBe(false);
  });

  it('asks nothing while nobody looks', async () => {
    const { page, asked } = await openDemo();
    await setHidden(page, true);
    await page.waitForTimeout(200);
    const before = asked.length;
    await page.waitForTimeout(1500);
    expect(asked.length).toBe(before);
    await setHidden(page, false);
    await eventually(() => asked.length).toBeGreaterThan(before);
  });
});

describe.each(['light', 'dark'] as const)('for everybody, %s', (colorScheme) => {
  it.each([
    ['a phone', 390],
    ['a desktop', 1280],
  ])('has no barrier that axe knows, and fits the width of %s', async (_, width) => {
    const { page } = await openDemo({ colorScheme, viewport: { width, height: 800 } });
    await sendSms(server().url, '0701740606', `${'Ett långt meddelande. '.repeat(9)}${'o'.repeat(99)}`);
    await page.locator('#outbox').getByText('Ett långt').first().waitFor();
    const ada = person(page, 'Ada Lovelace');
    await ada.getByRole('button', { name: 'Try it' }).click();
    await ada.getByRole('button', { name: 'again' }).click();
    await ada.getByText('Refused', { exact: true }).waitFor();
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(20);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});
