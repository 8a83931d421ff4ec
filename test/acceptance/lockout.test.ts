import { expect, it } from 'vitest';
import { accountOf } from '../../src/core/account.ts';
import { unlock } from '../../src/core/account-lock.ts';
import { hotpOf } from '../support/oath.ts';
import { personWith, rfcSeed, simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

// HTTP API reference 5.3 and conformance check 21: three failures in 30 minutes lock for 60.
const documented = { limit: 3, windowSeconds: 1800, lockSeconds: 3600 };

function configWith(attempts: object): object {
  const people = {
    alovelace: personWith({ type: 'hotp', id: 'hotp-1' }),
    wgretzky: personWith({ type: 'hotp', id: 'hotp-2' }),
  };
  return simpleConfig(people, { realms: { default: { directories: [{ type: 'built-in', people }], attempts } } });
}

async function tryCode({ put }: TestServer, otp: string, username = 'alovelace'): Promise<number> {
  return (await put('otp_token_auth', { username, otp })).status;
}

const right = (counter: number) => hotpOf({ secret: rfcSeed }, counter);

async function fail(server: TestServer, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) expect(await tryCode(server, '000000')).toBe(403);
}

it('refuses a right code after as many failures as lock', async () => {
  const server = await startTestServer(configWith(documented));
  await fail(server, 3);
  expect(await tryCode(server, right(0))).toBe(403);
  expect((await server.events()).slice(-3)).toMatchObject([
    { event: 'otp-token.refused', reason: 'wrong' },
    { event: 'account.locked', user: 'alovelace' },
    { event: 'otp-token.refused', reason: 'locked' },
  ]);
  expect(await tryCode(server, right(0), 'wgretzky')).toBe(200);
});

it('forgets the failures after a success', async () => {
  const server = await startTestServer(configWith(documented));
  for (const counter of [0, 1, 2]) {
    await fail(server, 2);
    expect(await tryCode(server, right(counter))).toBe(200);
  }
});

it('counts a failure as long as the window says', async () => {
  const server = await startTestServer(configWith(documented));
  await fail(server, 2);
  server.pass(1799);
  await fail(server, 1);
  expect(await tryCode(server, right(0))).toBe(403);
});

it('no longer counts a failure after the window', async () => {
  const server = await startTestServer(configWith(documented));
  await fail(server, 2);
  server.pass(1800);
  await fail(server, 1);
  expect(await tryCode(server, right(0))).toBe(200);
});

it('ends a soft lock when its time is over, and not before', async () => {
  const server = await startTestServer(configWith(documented));
  await fail(server, 3);
  server.pass(3599);
  expect(await tryCode(server, right(0))).toBe(403);
  server.pass(1);
  expect(await tryCode(server, right(0))).toBe(200);
});

it('does not lengthen a lock by tries that it refuses', async () => {
  const server = await startTestServer(configWith(documented));
  await fail(server, 3);
  server.pass(3000);
  await fail(server, 10);
  server.pass(600);
  expect(await tryCode(server, right(0))).toBe(200);
});

it('locks for twice as long when it locks again', async () => {
  const server = await startTestServer(configWith(documented));
  await fail(server, 3);
  server.pass(3600);
  await fail(server, 3);
  server.pass(7199);
  expect(await tryCode(server, right(0))).toBe(403);
  server.pass(1);
  expect(await tryCode(server, right(0))).toBe(200);
});

it('keeps a hard lock until somebody lifts it', async () => {
  const server = await startTestServer(configWith({ ...documented, hard: true }));
  await fail(server, 3);
  server.pass(400 * 86_400);
  expect(await tryCode(server, right(0))).toBe(403);
  const owner = { realm: 'default', user: 'alovelace', origin: { trace: '0'.repeat(32), caller: 'command:test' } };
  expect(await server.portvakt.ports.store.change(accountOf('default', 'alovelace'), unlock(owner))).toBe(true);
  expect(await tryCode(server, right(0))).toBe(200);
});

it('keeps a lock over a restart', async () => {
  const first = await startTestServer(configWith(documented));
  await fail(first, 3);
  await first.stop();
  const second = await startTestServer(configWith(documented), { data: first.portvakt.config.data });
  expect(await tryCode(second, right(0))).toBe(403);
  second.pass(3600);
  expect(await tryCode(second, right(0))).toBe(200);
});

it('shares the failures between tenants of the realm', async () => {
  const t2 = { operations: ['otp_token_auth'], callers: [{ open: true }] };
  const config = configWith(documented) as { tenants: object };
  const server = await startTestServer({ ...config, tenants: { ...config.tenants, t2 } });
  await fail(server, 2);
  expect(await server.put('otp_token_auth', { username: 'alovelace', otp: '000000' }, { tenant: 't2' })).toMatchObject({
    status: 403,
  });
  expect(await tryCode(server, right(0))).toBe(403);
});
