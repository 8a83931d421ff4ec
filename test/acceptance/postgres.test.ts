import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.end());

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };

describe('a server whose store is PostgreSQL', () => {
  it('accepts a code once, and knows that after a restart', async () => {
    const config = simpleConfig(people, {
      store: postgres.fresh(),
      keys: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    });
    const first = await startTestServer(config);
    expect(await first.put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 200 });
    await first.stop();
    const second = await startTestServer(config);
    expect(await second.put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 403 });
    expect((await second.events()).map(({ event }) => event)).toContain('otp-token.accepted');
  });
});
