import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createAuthority, type Issued } from '../support/authority.ts';
import { eidConfig, eids, operationsOf, playEids, somebody } from '../support/eids.ts';
import { hotpOf } from '../support/oath.ts';
import { openRaw, putBytes } from '../support/raw.ts';
import { personWith, rfcSeed, simpleConfig } from '../support/server.ts';
import { type Line, makeSite, type ServerProcess } from '../support/server-process.ts';
import { haveEnded, workersOf } from '../support/worker-processes.ts';

/** Several processes start, one after the other. */
const patient = 300_000;

const signIn = {
  summary: 'Sign in',
  steps: [
    { step: 'require-input', properties: ['username', 'otp'] },
    { step: 'find-claimant' },
    { step: 'otp-token/verify-code' },
    { step: 'open-session' },
  ],
};

/** The worker that each line leads to, by what it logs when it refuses a request. */
async function workersBehind(server: ServerProcess, lines: readonly Line[]): Promise<readonly number[]> {
  const refusals = () =>
    [...server.output().matchAll(/"worker":(\d+),.*"msg":"request refused"/g)].map(([, n]) => Number(n));
  const before = refusals().length;
  for (const [index, line] of lines.entries()) {
    expect(await line.put('no_such_operation', {})).toMatchObject({ status: 403 });
    while (refusals().length < before + index + 1) await pause(10);
  }
  return refusals().slice(before);
}

const bodyOf = async (answer: ReturnType<Line['put']>) => {
  const given = await answer;
  expect(given?.status).toBe(200);
  return JSON.parse(given?.body ?? '{}') as Record<string, string>;
};

it('starts on one worker, polls on another, signs in over a third', { timeout: patient }, async () => {
  const { running, simulatorOf, close } = await playEids(['bankid']);
  onTestFinished(close);
  const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
  const tenant = {
    operations: [...operationsOf(['bankid']), 'sign_in', 'verifyUser', 'endSession'],
    callers: [{ open: true }],
  };
  const site = makeSite(
    eidConfig(running, {
      realms: { default: { directories: [{ type: 'built-in', people }] } },
      operations: { sign_in: signIn },
      tenants: { t1: tenant },
      log: { level: 'debug' },
      management: { port: 0 },
      drainSeconds: 5,
    }),
  );
  const server = await site.serve('--workers', '3');
  const lines = await server.connect(9);
  const behind = await workersBehind(server, lines);
  for (const worker of [1, 2, 3]) expect(behind.filter((one) => one === worker)).toHaveLength(3);
  const lineTo = (worker: number) => lines[behind.indexOf(worker)] as Line;

  const { start, check, done, pending } = eids.bankid;
  const { [check.property]: id = '' } = await bodyOf(lineTo(1).put(start.operation, start.body));
  expect(await bodyOf(lineTo(2).put(check.operation, { [check.property]: id }))).toMatchObject({ status: pending });
  const simulator = simulatorOf('bankid');
  const parked = bodyOf(lineTo(3).put(check.operation, { [check.property]: id }, { prefer: 'wait=60' }));
  await simulator.act('approve', simulator.orders()[0]?.ref ?? '', { person: somebody.personalNumber });
  expect(await parked).toMatchObject({ status: done, personalNumber: somebody.personalNumber });
  expect(await bodyOf(lineTo(1).put(check.operation, { [check.property]: id }))).toMatchObject({ status: done });

  const otp = hotpOf({ secret: rfcSeed }, 0);
  const { access_token } = await bodyOf(lineTo(3).put('sign_in', { username: 'alovelace', otp }));
  expect(await lineTo(1).put('sign_in', { username: 'alovelace', otp })).toMatchObject({ status: 403 });
  expect(await bodyOf(lineTo(1).put('verifyUser', { access_token }))).toMatchObject({ userid: 'alovelace' });
  await lineTo(2).put('endSession', { access_token });
  expect(await lineTo(1).put('verifyUser', { access_token })).not.toMatchObject({ status: 200 });

  // Health and metrics are those of all three.
  const managed = async (path: string) => (await fetch(`${server.managementUrl}/${path}`)).text();
  while ((await fetch(`${server.managementUrl}/readyz`)).status !== 200) await pause(100);
  expect(await managed('healthz')).toBe('{"status":"alive"}');
  const counted = /^portvakt_requests_total\{operation="-",status="403"\} (\d+)$/m;
  let metrics = await managed('metrics');
  while (counted.exec(metrics)?.[1] !== '9') metrics = await managed('metrics');
  expect(metrics).toContain('\nportvakt_workers 3\n');

  // Whoever waits when the workers are replaced is answered early.
  const { [check.property]: second = '' } = await bodyOf(lineTo(1).put(start.operation, start.body));
  await bodyOf(lineTo(2).put(check.operation, { [check.property]: second }));
  const waiting = lineTo(3).put(check.operation, { [check.property]: second }, { prefer: 'wait=60' });
  const old = workersOf(server);
  server.child.kill('SIGHUP');
  const early = await waiting;
  expect([early?.status, JSON.parse(early?.body ?? '{}').status]).toEqual([200, pending]);
  await server.hear(/\nReloaded\.\n/);
  for (const line of lines) line.connection.close();
  await haveEnded(old);
  // What the old ones counted is not forgotten.
  expect(Number(counted.exec(await managed('metrics'))?.[1])).toBeGreaterThanOrEqual(9);
  expect(await server.stop()).toBe(0);
});

it('watches over slow clients in a worker as well', { timeout: patient }, async () => {
  const server = await makeSite(simpleConfig()).serve('--workers', '1');
  const whole = putBytes('otp_token_auth', JSON.stringify({ username: 'nobody', otp: '755224' }));
  const slow = await openRaw(server.url);
  slow.send(whole.subarray(0, 30));
  // Seen to fail when nobody tells the HTTP server of a worker that it listens: the connection stays for ever.
  expect(await slow.receive()).toMatchObject({ status: 408 });
  expect(await server.stop()).toBe(0);
});

it('knows its callers by their certificates in a worker as well', { timeout: patient }, async () => {
  const authority = await createAuthority('Site CA');
  const callers = [{ certificate: { commonName: 'portal', issuerCommonName: 'Site CA' } }];
  const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
  const { cert, key } = await authority.issue('server');
  const at = (name: string) => join(site.folder, name);
  const site = makeSite(simpleConfig(people));
  const tls = { cert: at('cert.pem'), key: at('key.pem'), clientCa: [at('ca.pem')] };
  const files = { 'cert.pem': cert, 'key.pem': key, 'ca.pem': authority.cert };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  const tenants = { vpn: { operations: ['otp_token_auth'], callers } };
  writeFileSync(site.file, JSON.stringify(simpleConfig(people, { listen: { port: 0, tls }, tenants })));
  const server = await site.serve('--workers', '1');
  const put = (client?: Issued) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', tenant: 'vpn' };
      const options = { method: 'PUT', headers, ca: authority.cert, agent: false as const, ...client };
      const asked = request(`${server.url}/api/authentication/otp_token_auth`, options, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      asked.on('error', reject).end(JSON.stringify({ username: 'alovelace', otp: hotpOf({ secret: rfcSeed }, 0) }));
    });
  expect(await put()).toBe(401);
  expect(await put(await authority.issue('portal'))).toBe(200);
  expect(await server.stop()).toBe(0);
});
