import { describe, expect, it } from 'vitest';
import { sharedServer, simpleConfig } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const out = { tenant: 't1', success_location: 'https://app.example.org/', token_delivery: 'query' };
const alone = (id: string, context_path: string, type = 'UserNameAndPassword') => ({
  id,
  type,
  config: { ...out, context_path },
});
const chain = (id: string) => [
  { id, type: 'Chain', config: { ...out, base_path: '/one', chain: [{ id: `${id}-pw` }] } },
  { id: `${id}-pw`, type: 'UserNameAndPassword', config: { tenant: 't1', base_path: '/one' } },
];
const server = sharedServer(
  simpleConfig(
    { wgretzky: { password: 'right' } },
    {
      tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
      authenticators: [
        alone('slash', '/a/b'),
        alone('dash', '/a-b'),
        alone('key', '/key', 'Passkey'),
        ...chain('first'),
        ...chain('second'),
      ],
    },
  ),
);
const right = { type: 'start', data: { identifier: 'wgretzky', password: 'right' } };

describe('a fault of a message', () => {
  const gzip = { 'content-encoding': 'gzip' };
  const plain = { 'content-type': 'text/plain' };
  const large = { type: 'state', data: { text: 'x'.repeat(70_000) } };
  it.each([
    ['a body that is too large', large, {}, 413, 'body_too_large'],
    ['another type', { type: 'state' }, plain, 415, 'media_type'],
    ['a compressed body', { type: 'state' }, gzip, 415, 'media_type'],
    ['no JSON', 'none', {}, 400, 'malformed'],
  ])('is told as every answer is, and is not kept by anybody: %s', async (_, message, headers, status, reason) => {
    const { open, say } = signInBrowser(server().url);
    await open('/a/b');
    const answer = await say('/a/b', message, headers as Record<string, string>);
    expect(answer).toMatchObject({ status, body: { success: false, type: 'failure', reason, data: {} } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('is what is nested deeper than any message', async () => {
    const { open, say } = signInBrowser(server().url);
    await open('/key');
    await say('/key', { type: 'options' });
    const nested = (depth: number) => `{"type":"verification","data":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    expect((await say('/key', nested(20))).status).toBe(200);
    expect((await say('/key', nested(40))).status).toBe(400);
    const assertion = `{"id":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const answer = await say('/key', `{"type":"verification","data":{"assertion":${assertion}}}`);
    expect(answer).toMatchObject({ status: 400, body: { reason: 'malformed' } });
  });
});

describe('a page that cannot be shown', () => {
  it('is told to a person, in both languages, and kept by nobody', async () => {
    const { open } = signInBrowser(server().url);
    const { status, text, headers } = await open('/a/b?state=');
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('lang="sv"');
    expect(text).not.toContain('"success"');
  });

  it('repeats nothing of its address', async () => {
    const { open } = signInBrowser(server().url);
    expect((await open('/a/b?state=%3Cscript%3E')).text).not.toMatch(/script/i);
  });
});

describe('an address with a stroke at its end', () => {
  it('leads to the page, and keeps what the application gave', async () => {
    const { open } = signInBrowser(server().url);
    expect(await open('/a/b/?state=s1')).toMatchObject({ status: 308, location: '/a/b?state=s1' });
    expect(await open('/a/b/')).toMatchObject({ status: 308, location: '/a/b' });
  });
});

describe('the cookies of two sign-ins', () => {
  const startedAt = async (browser: ReturnType<typeof signInBrowser>, page: string) =>
    (await browser.say(page, right)).body;

  it('are two, where only the stroke in their paths tells them apart', async () => {
    const browser = signInBrowser(server().url);
    await browser.open('/a/b');
    await browser.open('/a-b');
    expect(browser.cookies.size).toBe(2);
    expect(await startedAt(browser, '/a/b')).toMatchObject({ type: 'complete' });
    expect(await startedAt(browser, '/a-b')).toMatchObject({ type: 'complete' });
  });

  it('are two, where both stand under one path', async () => {
    const browser = signInBrowser(server().url);
    await browser.open('/one/first');
    await browser.open('/one/second');
    expect(browser.cookies.size).toBe(2);
    expect(await startedAt(browser, '/one/first-pw')).toMatchObject({ type: 'complete' });
    expect(await startedAt(browser, '/one/second-pw')).toMatchObject({ type: 'complete' });
  });
});
