import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openRaw, putBytes } from '../support/raw.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

it('tells whoever comes too many at once to come again, and answers the others when it can', async () => {
  const config = simpleConfig({ alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) });
  const { url, portvakt } = await startTestServer(config);
  const other = new DatabaseSync(join(portvakt.config.data, 'portvakt.db'));
  other.exec('BEGIN IMMEDIATE'); // nothing can be written, so nothing can be answered
  const one = (otp: string) => putBytes('otp_token_auth', JSON.stringify({ username: 'alovelace', otp })).toString();
  const flood = await openRaw(url);
  flood.send(one('755224') + one('000000').repeat(4199));
  await pause(3000);
  other.exec('ROLLBACK');
  other.close();
  const statuses: (number | undefined)[] = [];
  while (statuses.length < 4200) statuses.push((await flood.receive())?.status);
  flood.close();
  expect(statuses[0]).toBe(200);
  expect(statuses[1]).toBe(403);
  // seen to fail (nobody is refused) without the limit on operations under way
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
});
