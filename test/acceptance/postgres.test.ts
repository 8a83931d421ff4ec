import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { copyEmbeddedStore } from '../../src/compose.ts';
import { findingIn } from '../contract/store/fixture.ts';
import { enrolDevice } from '../support/approval-device.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { pushConfig } from '../support/push-server.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite, type ServerProcess } from '../support/server-process.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.end());

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const codes = ['755224', '287082', '359152'] as const; // RFC 4226, appendix D
const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

async function put({ url }: ServerProcess, operation: string, body: object) {
  const response = await fetch(`${url}/api/authentication/${operation}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', tenant: 't1' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
  return { status: response.status, body: answer, retryAfter: response.headers.get('retry-after') };
}

async function nodes(config: object, count: number): Promise<ServerProcess[]> {
  const site = makeSite(config);
  return Promise.all(Array.from({ length: count }, () => site.serve()));
}

describe('several servers on one PostgreSQL', () => {
  it('accept a code once among them, and count failures together', async () => {
    const config = simpleConfig(people, { store: postgres.fresh(), keys });
    const [one, two] = (await nodes(config, 2)) as [ServerProcess, ServerProcess];
    const all = [one, two, one, two, one, two];
    const asked = all.map((node) => put(node, 'otp_token_auth', { username: 'alovelace', otp: codes[0] }));
    expect((await Promise.all(asked)).map(({ status }) => status).toSorted()).toEqual([200, 403, 403, 403, 403, 403]);
    // The five refused ones have locked her, on every server.
    for (const node of [one, two])
      expect((await put(node, 'otp_token_auth', { username: 'alovelace', otp: codes[1] })).status).toBe(403);
  });

  it('start an approval on one, wait for it on another, approve on a third, and know the session everywhere', async () => {
    const then = [{ step: 'push/approver' }, { step: 'open-session', method: 'onetouch' }];
    const steps = [{ step: 'push/check' }, { when: { 'transaction.state': 'approved' }, then }];
    const names = ['onetouch_start_auth', 'onetouch_check_auth', 'onetouch_enroll', 'verifyUser'];
    const tenants = { t1: { operations: names, callers: [{ open: true }], name: 'Kundportalen' } };
    const operations = { onetouch_check_auth: { summary: 'With a session.', steps } };
    const config = pushConfig({ store: postgres.fresh(), keys, operations, tenants });
    const one = await startTestServer(config);
    const two = await startTestServer(config);
    const three = await startTestServer(config);
    const { body: invited } = await one.put('onetouch_enroll', { username: 'wgretzky' });
    const device = await enrolDevice(two.url, two.clock, String(invited?.['code']));
    const { body: started } = await three.put('onetouch_start_auth', { username: 'wgretzky' });
    const shown = await device.open();
    const assignmentid = started?.['assignmentid'];
    const parked = one.put('onetouch_check_auth', { assignmentid }, { headers: { prefer: 'wait=50' } });
    await device.answer(shown, 'approve');
    const { body } = await parked;
    expect(body).toMatchObject({ status: 'CONFIRMED' });
    const verified = await three.put('verifyUser', { access_token: body?.['access_token'] });
    expect(verified).toMatchObject({ status: 200, body: { userid: 'wgretzky' } });
  });
});

describe('a configuration that cannot be taken up', () => {
  it('leaves no connection behind, so that the server ends when it is told to', async () => {
    const store = postgres.fresh();
    const site = makeSite(simpleConfig(people, { store, keys }));
    const server = await site.serve('--workers', '1');
    expect((await put(server, 'otp_token_auth', { username: 'alovelace', otp: codes[0] })).status).toBe(200);
    const count = async () => Number((await postgres.query(connections))[0]?.['count']);
    const connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'portvakt'";
    const before = await count();
    await postgres.query(`ALTER TABLE ${/s\d+$/.exec(store)?.[0]}.record ADD CHECK (id NOT LIKE '%ghopper%')`);
    const more = { ...people, ghopper: personWith({ type: 'hotp', id: 'hotp-2' }) };
    writeFileSync(site.file, stringify(simpleConfig(more, { store, keys })));
    server.child.kill('SIGHUP');
    await server.hear(/Not reloaded/);
    await expect.poll(count, { timeout: 60_000 }).toBe(before);
    expect(await server.stop()).toBe(0);
  });
});

describe('a PostgreSQL that is stopped under load', () => {
  it('makes answers 503 with Retry-After, none of them a false yes, and is found again by itself', async () => {
    const own = await startPostgres(1);
    try {
      const config = simpleConfig(people, { store: own.fresh(), keys });
      const [server] = (await nodes(config, 1)) as [ServerProcess];
      const ask = (otp: string) => put(server, 'otp_token_auth', { username: 'alovelace', otp });
      expect((await ask(codes[0])).status).toBe(200);
      await own.halt();
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(codes[1])));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
      expect(answers.map(({ retryAfter }) => retryAfter)).toEqual(answers.map(() => '1'));
      await own.resume();
      for (let status = 503; status === 503; ) ({ status } = await ask(codes[1]));
      // It was not used up by the answers that were no yes.
      expect((await ask(codes[1])).status).toBe(403);
      expect((await ask(codes[2])).status).toBe(200);
    } finally {
      await own.end();
    }
  });
});

describe('portvakt store copy', () => {
  it('moves an embedded store into PostgreSQL: codes stay used, the log stays whole', async () => {
    const before = await startTestServer(simpleConfig(people, { keys }));
    expect((await before.put('otp_token_auth', { username: 'alovelace', otp: codes[0] })).status).toBe(200);
    const address = postgres.fresh();
    const { config } = before.portvakt;
    const progress: number[] = [];
    const copy = () =>
      copyEmbeddedStore(
        config,
        config.data,
        address,
        (done, total) => void progress.push(Math.floor((100 * done) / total)),
      );
    await expect(copy()).rejects.toThrow('is in use');
    await before.stop();
    expect(await copy()).toMatchObject({ claims: 1, events: 4 });
    expect(progress.at(-1)).toBe(100);
    await expect(copy()).rejects.toThrow('not empty');

    const after = await startTestServer(simpleConfig(people, { store: address, keys }));
    expect((await after.put('otp_token_auth', { username: 'alovelace', otp: codes[0] })).status).toBe(403);
    expect((await after.put('otp_token_auth', { username: 'alovelace', otp: codes[1] })).status).toBe(200);
    expect(await findingIn(after.portvakt.ports.store, after.portvakt.ring)).toBeUndefined();
  });

  it('leaves nothing behind when the log of the source was changed', async () => {
    const before = await startTestServer(simpleConfig(people, { keys }));
    await before.put('otp_token_auth', { username: 'alovelace', otp: codes[0] });
    await before.stop();
    const { config } = before.portvakt;
    const file = new DatabaseSync(join(config.data, 'portvakt.db'));
    file.exec("UPDATE event SET body = replace(body, 'alovelace', 'somebody') WHERE seq = 3");
    file.close();
    const address = postgres.fresh();
    await expect(copyEmbeddedStore(config, config.data, address, () => {})).rejects.toThrow('broken at entry 3');
    const schema = /s\d+$/.exec(address)?.[0];
    expect(await postgres.query(`SELECT count(*)::int AS left FROM ${schema}.record`)).toEqual([{ left: 0 }]);
  });
});
