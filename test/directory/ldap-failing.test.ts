import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openLdap } from '../../src/adapters/ldap-connection.ts';
import { LdapAway } from '../../src/adapters/ldap-socket.ts';
import { startLdapResponder } from '../support/ldap-responder.ts';
import { admin, personEntry, suffix } from '../support/slapd.ts';
import { directoryAt, securely, sharedSlapd } from './ldap-directory.ts';

const slapd = sharedSlapd(personEntry('anna'));
const anna = { id: 'anna', entry: `uid=anna,ou=people,${suffix}`, attributes: {} };
const entries = [{ dn: anna.entry, attributes: { uid: ['anna'] } }];
const unavailable = { code: 'unavailable' };

/** A server that accepts connections and never says a word. */
async function blackHole() {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { readonly port: number };
  return { url: `ldap://127.0.0.1:${port}`, visits: () => visits };
}

async function responder(responses: Parameters<typeof startLdapResponder>[0]) {
  const started = await startLdapResponder(responses);
  onTestFinished(started.end);
  return started;
}

it('survives a restart of the server while it is in use', async () => {
  const directory = directoryAt(securely(slapd(), { failures: 3, openMs: 100 }));
  expect(await directory.find('anna')).toMatchObject(anna);
  await slapd().halt();
  for (const ask of [() => directory.find('anna'), () => directory.checkPassword(anna, 'secret-anna')]) {
    await expect(ask()).rejects.toMatchObject(unavailable);
  }
  await slapd().resume();
  await expect.poll(() => directory.find('anna').catch(() => undefined), { timeout: 20_000 }).toMatchObject(anna);
  expect(await directory.checkPassword(anna, 'secret-anna')).toBe('right');
});

it('notices nothing when the server closed its connections meanwhile', async () => {
  const directory = directoryAt(securely(slapd(), { failures: 1 }));
  await Promise.all(Array.from({ length: 8 }, () => directory.find('anna')));
  await slapd().halt();
  await slapd().resume();
  expect(await Promise.all(Array.from({ length: 8 }, () => directory.find('anna')))).toHaveLength(8);
});

it('notices it over StartTLS as little', async () => {
  const { url, ca } = slapd();
  const directory = directoryAt({ urls: [url], startTls: true, ca, bind: admin, failures: 1 });
  await directory.find('anna');
  await slapd().halt();
  await slapd().resume();
  expect(await directory.find('anna')).toMatchObject(anna);
});

it('uses connections again, and is bound on each as the service account', async () => {
  const server = await responder({ search: () => ({ code: 0, entries }) });
  const directory = directoryAt({ urls: [server.url], allowPlain: true, bind: { name: 'cn=service', password: 'x' } });
  for (let times = 0; times < 5; times += 1) await directory.find('anna');
  expect(server.connections()).toBe(1);
  server.hangUp();
  await directory.find('anna');
  expect(server.connections()).toBe(2);
  expect(server.requests.filter(({ operation }) => operation === 'bind')).toHaveLength(2);
});

it('asks nothing over a connection that has ended, and opens none in its place', async () => {
  const server = await responder({});
  const inTime = () => AbortSignal.timeout(10_000);
  const connection = await openLdap({ url: server.url, startTls: false, ca: undefined }, inTime());
  await connection.bind('cn=service', 'x', inTime());
  server.hangUp();
  await expect.poll(() => connection.open).toBe(false);
  await expect(connection.search(suffix, {}, inTime())).rejects.toBeInstanceOf(LdapAway);
  await expect(connection.bind('cn=service', 'x', inTime())).rejects.toBeInstanceOf(LdapAway);
  expect([server.connections(), server.requests.length]).toEqual([1, 1]);
});

it('has no more operations in flight than allowed, and turns away who could only wait', async () => {
  const server = await responder({ search: () => undefined });
  const settings = { urls: [server.url], allowPlain: true, atOnce: 3, waiting: 2, timeoutMs: 1000 };
  const directory = directoryAt(settings);
  const asked = await Promise.allSettled(Array.from({ length: 10 }, () => directory.find('anna')));
  expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
  expect(server.connections()).toBeLessThanOrEqual(5);
  expect(asked.filter((one) => String((one as PromiseRejectedResult).reason).includes('waiting already'))).toHaveLength(
    5,
  );
});

it('asks the next server when one does not answer, and goes on with that one', async () => {
  const hole = await blackHole();
  const server = await responder({ search: () => ({ code: 0, entries }) });
  const settings = { urls: [hole.url, server.url], allowPlain: true, bind: admin, connectTimeoutMs: 1000 };
  const directory = directoryAt(settings);
  expect(await directory.find('anna')).toMatchObject(anna);
  expect(await directory.find('anna')).toMatchObject(anna);
  expect(await directory.checkPassword(anna, 'x')).toBe('right');
  expect(hole.visits()).toBe(1);
});

it('asks the next server when one says that it is busy', async () => {
  const busy = await responder({ search: () => ({ code: 51 }) });
  const server = await responder({ search: () => ({ code: 0, entries }) });
  const directory = directoryAt({ urls: [busy.url, server.url], allowPlain: true });
  expect(await directory.find('anna')).toMatchObject(anna);
});

it('sends a password to one server only, even if it does not answer', async () => {
  const silent = await responder({ bind: () => undefined });
  const server = await responder({});
  const directory = directoryAt({ urls: [silent.url, server.url], allowPlain: true, timeoutMs: 500 });
  await expect(directory.checkPassword(anna, 'secret-anna')).rejects.toMatchObject(unavailable);
  expect([silent.requests.length, server.requests.length]).toEqual([1, 0]);
});

it('leaves a server alone that failed repeatedly, then tries it with one operation', async () => {
  let away = true;
  const server = await responder({ search: () => (away ? { code: 52 } : { code: 0, entries }) });
  const directory = directoryAt({ urls: [server.url], allowPlain: true, failures: 2, openMs: 2000 });
  for (let times = 0; times < 10; times += 1) await expect(directory.find('anna')).rejects.toMatchObject(unavailable);
  expect(server.requests).toHaveLength(2);
  away = false;
  await expect.poll(() => directory.find('anna').catch(() => undefined), { timeout: 20_000 }).toMatchObject(anna);
});

it('tries a refused service account no more often than a server that is away', async () => {
  const server = await responder({ bind: () => ({ code: 49 }) });
  const settings = { urls: [server.url], allowPlain: true, bind: admin, failures: 2 };
  const directory = directoryAt(settings);
  for (let times = 0; times < 10; times += 1) await expect(directory.find('anna')).rejects.toMatchObject(unavailable);
  expect(server.requests).toHaveLength(2);
});

it('is not made to leave a server alone by what people ask', async () => {
  const server = await responder({ search: () => ({ code: 21 }), bind: () => ({ code: 49 }) });
  const directory = directoryAt({ urls: [server.url], allowPlain: true, failures: 1 });
  for (let times = 0; times < 3; times += 1) await expect(directory.find('anna')).rejects.toMatchObject(unavailable);
  for (let times = 0; times < 3; times += 1) expect(await directory.checkPassword(anna, 'x')).toBe('wrong');
  expect(server.requests).toHaveLength(6);
});

it('calls no password wrong that the server did not look at', async () => {
  for (const code of [1, 8, 10, 51, 52, 80]) {
    const server = await responder({ bind: () => ({ code }) });
    const directory = directoryAt({ urls: [server.url], allowPlain: true });
    await expect(directory.checkPassword(anna, 'x')).rejects.toMatchObject(unavailable);
  }
});

it('takes rubbish for no answer', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { readonly port: number };
  const directory = directoryAt({ urls: [`ldap://127.0.0.1:${port}`], allowPlain: true, timeoutMs: 500 });
  await expect(directory.find('anna')).rejects.toMatchObject(unavailable);
  await expect(directory.checkPassword(anna, 'x')).rejects.toMatchObject(unavailable);
});
