import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority, type Issued } from './authority.ts';
import { createSimClock } from './clock.ts';
import { type SimulatorParts, serveSimulator } from './serve.ts';
import type { SimRequest, Simulator } from './simulator.ts';
import type { transportFaults } from './transport-faults.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function started(more: Partial<SimulatorParts> = {}) {
  const handled: SimRequest[] = [];
  const done: string[] = [];
  const simulator = await serveSimulator({
    authority: await createAuthority({ name: 'Test vendor' }),
    clientAuthorities: [],
    handle(seen) {
      handled.push(seen);
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"said":"yes, and at length"}' };
    },
    control: {
      title: 'Test vendor',
      intro: 'For tests.',
      orders: () => [{ ref: 'a+b/c=', state: 'waiting', isOpen: true, details: { For: '<nobody>' } }],
      actions: {
        approve: { label: 'Approve', takesPerson: true, run: (ref, { person }) => void done.push(`${ref} ${person}`) },
        refuse: {
          label: 'Refuse',
          run() {
            throw new Error('it is over');
          },
        },
      },
    },
    ...more,
  });
  closing.push(() => simulator.close());
  return { simulator, handled, done };
}

function caller(simulator: Simulator, certificate?: Issued) {
  return callerWith(simulator, agentOf(simulator, certificate));
}

function agentOf(simulator: Simulator, certificate?: Issued): Agent {
  const agent = new Agent({
    connect: { ca: simulator.ca, cert: certificate?.certificatePem, key: certificate?.keyPem },
    connections: 1,
    headersTimeout: 1000,
    bodyTimeout: 1000,
  });
  closing.push(() => agent.destroy());
  return agent;
}

function callerWith(simulator: Simulator, agent: Agent) {
  return async (path = '/', body = '{}') => {
    const answer = await request(`${simulator.url}${path}`, { method: 'POST', body, dispatcher: agent });
    let size = 0;
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > 5_000_000) throw new Error('enormous');
      chunks.push(chunk);
    }
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() };
  };
}

describe('a simulator', () => {
  it('answers callers with a certificate of its authority, and tells who they are', async () => {
    const { simulator, handled } = await started();
    const certificate = await simulator.issueClient('CN=Some shop, O=Shops');
    expect(await caller(simulator, certificate)('/orders?a=b', 'ål')).toMatchObject({ status: 200 });
    expect(handled[0]).toMatchObject({ method: 'POST', path: '/orders', body: 'ål', fault: undefined });
    expect(handled[0]?.clientCertificate).toMatchObject({
      subject: 'CN=Some shop\nO=Shops',
      fingerprint: new X509Certificate(certificate.certificatePem).fingerprint256,
    });
    expect(simulator.calls).toMatchObject([{ method: 'POST', path: '/orders', body: 'ål' }]);
  });

  it('refuses callers without a certificate, and with one of somebody else', async () => {
    const { simulator, handled } = await started();
    const stranger = await (await createAuthority({ name: 'Test vendor' })).issue({ subject: 'CN=x', use: 'client' });
    await expect(caller(simulator)()).rejects.toThrow();
    await expect(caller(simulator, stranger)()).rejects.toThrow();
    expect(handled).toEqual([]);
  });

  it('takes certificates of further authorities, and none at all where it says so', async () => {
    const other = await createAuthority({ name: 'Bank' });
    const { simulator, handled } = await started({
      clientAuthorities: [other.certificatePem],
      demandCertificate: false,
    });
    await caller(simulator, await other.issue({ subject: 'CN=x', use: 'client' }))();
    await caller(simulator)();
    expect(handled.map(({ clientCertificate }) => clientCertificate?.subject)).toEqual(['CN=x', undefined]);
  });
});

/** What a careful caller sees of each fault. */
const seen: Readonly<Record<keyof typeof transportFaults, 'no answer' | object>> = {
  slow: { status: 200 },
  silent: 'no answer',
  'cut-unread': 'no answer',
  'cut-before-head': 'no answer',
  'cut-after-head': 'no answer',
  'half-body': 'no answer',
  'short-body': { status: 200, body: '{"said":"yes, ' },
  'empty-body': { status: 200, body: '' },
  rubbish: { status: 200, body: expect.not.stringContaining('yes') },
  'html-page': { status: 200, body: expect.stringContaining('<html>') },
  'content-type': { status: 200, headers: { 'content-type': 'image/png' } },
  'status-500': { status: 500 },
  'status-503': { status: 503 },
  'status-429': { status: 429, headers: { 'retry-after': '30' } },
  redirect: { status: 302, headers: { location: 'https://elsewhere.example/' } },
  enormous: 'no answer',
  'certificate-other-authority': 'no answer',
  'certificate-expired': 'no answer',
  'certificate-other-host': 'no answer',
};

describe('a fault', () => {
  it.each(Object.entries(seen))('%s is seen by the caller once, and then no more', async (name, expected) => {
    const { simulator, handled } = await started();
    const agent = agentOf(simulator, await simulator.issueClient());
    const call = callerWith(simulator, agent);
    // A connection is open before, and a session that could be resumed without showing a certificate.
    await call();
    const isCertificate = name.startsWith('certificate-');
    const hungUp = isCertificate ? once(agent, 'disconnect') : undefined;
    simulator.faults.set(name, { times: 1, delayMs: 20 });
    await hungUp;
    const answer = call('/spoiled');
    if (expected === 'no answer') await expect(answer).rejects.toThrow();
    else expect(await answer).toMatchObject(expected);
    expect(await call()).toMatchObject({ status: 200, body: '{"said":"yes, and at length"}' });
    const isUnread = name === 'cut-unread' || isCertificate;
    expect(handled.some(({ path }) => path === '/spoiled')).toBe(!isUnread);
  });

  it('can be of certain paths only', async () => {
    const { simulator } = await started();
    const call = caller(simulator, await simulator.issueClient());
    simulator.faults.set('status-500', { path: '/collect' });
    expect([(await call('/auth')).status, (await call('/v6/collect')).status]).toEqual([200, 500]);
    simulator.faults.set(undefined);
    expect((await call('/v6/collect')).status).toBe(200);
  });

  it('of the vendor’s own reaches the simulator where it applies', async () => {
    const faults = {
      'unknown-word': { summary: 'A new word', on: ({ path }: { path: string }) => path === '/result' },
    };
    const { simulator, handled } = await started({ faults });
    const call = caller(simulator, await simulator.issueClient());
    simulator.faults.set('unknown-word', { times: 1 });
    await call('/start');
    await call('/result');
    await call('/result');
    expect(handled.map(({ fault }) => fault)).toEqual([undefined, 'unknown-word', undefined]);
  });

  it('that nobody knows is refused', async () => {
    const { simulator } = await started();
    expect(() => simulator.faults.set('toString')).toThrow('there is no fault');
  });
});

describe('the control listener', () => {
  it('shows a page that needs nobody else and repeats nothing as markup', async () => {
    const { simulator } = await started();
    const answer = await fetch(simulator.controlUrl);
    const page = await answer.text();
    expect(page).toContain('<title>Test vendor</title>');
    expect(page).not.toMatch(/(src|href)=/);
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'sha256-/);
  });

  it('lists orders and acts on them, by names that need encoding', async () => {
    const { simulator, done } = await started();
    const orders = `${simulator.controlUrl}/orders`;
    expect(await (await fetch(orders)).json()).toMatchObject([{ ref: 'a+b/c=', state: 'waiting' }]);
    const act = (action: string) =>
      fetch(`${orders}/${encodeURIComponent('a+b/c=')}/${action}`, {
        method: 'POST',
        body: '{"person":"199001012385"}',
      });
    expect((await act('approve')).status).toBe(200);
    expect(done).toEqual(['a+b/c= 199001012385']);
    expect([(await act('refuse')).status, (await act('constructor')).status]).toEqual([409, 409]);
  });

  it('switches faults, skips time, tells the calls', async () => {
    const clock = createSimClock(() => 1_000_000);
    const { simulator } = await started({ clock });
    const put = (body: object) =>
      fetch(`${simulator.controlUrl}/fault`, { method: 'PUT', body: JSON.stringify(body) }).then((said) => said.json());
    expect(await put({ name: 'slow', times: 2 })).toMatchObject({ current: { name: 'slow', times: 2 } });
    expect(await put({ name: '' })).toMatchObject({ current: null });
    await fetch(`${simulator.controlUrl}/clock`, { method: 'POST', body: '{"advanceSeconds":120}' });
    expect(clock.now()).toBe(1_120_000);
    const body = '{"advanceSeconds":"soon"}';
    expect((await fetch(`${simulator.controlUrl}/clock`, { method: 'POST', body })).status).toBe(409);
    expect(clock.now()).toBe(1_120_000);
    expect(await (await fetch(`${simulator.controlUrl}/calls`)).json()).toEqual([]);
  });

  it('takes nothing from the page of another site', async () => {
    const { simulator, done } = await started();
    const act = (headers: Record<string, string>) =>
      request(`${simulator.controlUrl}/orders/x/approve`, { method: 'POST', body: '{}', headers });
    expect((await act({ origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await act({ host: 'evil.example' })).statusCode).toBe(403);
    expect(done).toEqual([]);
  });
});
