import { expect, it, onTestFinished } from 'vitest';
import { startRelay } from '../support/relay.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

const asked = { username: 'wgretzky', otp: '000000' };

/** A directory that accepts connections and never says a word, until it goes away. */
async function blackHole() {
  const hole = await startRelay(() => undefined);
  onTestFinished(hole.end);
  return { ...hole, url: `ldaps://127.0.0.1:${hole.port}` };
}

/** Tenant `t1` of the built-in directory; tenant `lost` of a realm with this directory. */
async function startServer(directory: object) {
  const base = simpleConfig({ wgretzky: personWith({ type: 'totp', id: 'totp-1' }) }) as {
    readonly realms: object;
    readonly tenants: object;
  };
  const ldap = { type: 'ldap', base: 'dc=example,dc=org', ...directory };
  const lost = { realm: 'lost', operations: ['otp_token_auth'], callers: [{ open: true }] };
  const realms = { ...base.realms, lost: { directories: [ldap] } };
  return startTestServer({ ...base, realms, tenants: { ...base.tenants, lost } });
}

it('holds up nobody who does not need the directory that does not answer', async () => {
  const { url, end } = await blackHole();
  // Patient, and with room for everyone: what waits for it waits until it goes away.
  const patient = { timeoutMs: 60_000, connectTimeoutMs: 60_000, failures: 1000, waiting: 1000 };
  const { put, events } = await startServer({ urls: [url], ...patient });
  let answered = 0;
  const lost = Array.from({ length: 50 }, async () => {
    const answer = await put('otp_token_auth', asked, { tenant: 'lost' });
    answered += 1;
    return answer;
  });
  // Seen to fail (the others waited for ever) with one bulkhead for all directories.
  const others = await Promise.all(Array.from({ length: 100 }, () => put('otp_token_auth', asked)));
  expect(others.map(({ status }) => status)).toEqual(others.map(() => 403));
  expect(answered).toBe(0);
  await end();
  const answers = await Promise.all(lost);
  expect(answers.map(({ status, body }) => [status, body?.['code']])).toEqual(answers.map(() => [503, 'unavailable']));
  expect((await events()).filter(({ tenant }) => tenant === 'lost')).toEqual([]);
});

it('answers 503 when the directory has not answered in time, and counts nothing', async () => {
  const { url } = await blackHole();
  const { put, portvakt, events } = await startServer({ urls: [url], timeoutMs: 300 });
  for (let times = 0; times < 8; times += 1) {
    expect(await put('otp_token_auth', asked, { tenant: 'lost' })).toMatchObject({ status: 503 });
  }
  expect((await events()).filter(({ tenant }) => tenant === 'lost')).toEqual([]);
  const { items } = await portvakt.ports.store.list({ name: 'account' }, { prefix: 'lost/', limit: 10 });
  expect(items).toEqual([]);
});
