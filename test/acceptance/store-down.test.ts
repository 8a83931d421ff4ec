import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

// HTTP API reference, conformance check 8 and A3: a fault of the store is neither a yes nor a no.
it('answers that it is not available while the store cannot be written, and counts nothing', async () => {
  const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
  const { put, portvakt, events } = await startTestServer(simpleConfig(people));
  const other = new DatabaseSync(join(portvakt.config.data, 'portvakt.db'));
  other.exec('BEGIN IMMEDIATE');
  const asked = ['755224', '000000'].map((otp) => put('otp_token_auth', { username: 'alovelace', otp }));
  for (const answer of await Promise.all(asked)) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  other.exec('ROLLBACK');
  other.close();
  expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 200 });
  expect((await events()).map(({ event }) => event)).not.toContain('otp-token.refused');
});

it.each(['0', '2'])('ends when its start cannot be written down, with %s workers', async (workers) => {
  const site = makeSite(simpleConfig({}, { management: { port: 0 } }));
  await (await site.serve()).stop();
  const other = new DatabaseSync(join(site.data, 'portvakt.db'));
  other.exec('BEGIN IMMEDIATE');
  const words = ['--config', site.file, '--data', site.data, '--port', '0', '--workers', workers];
  const { ended, output } = runPortvakt('serve', ...words);
  expect(await ended).toBe(1); // seen to fail: it went on listening, and refused everybody
  expect(output()).toContain('(database is locked)');
  other.close();
});
