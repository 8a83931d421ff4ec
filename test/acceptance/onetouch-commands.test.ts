import { expect, it } from 'vitest';
import { loadPortvaktConfig, openPortvakt, startPortvakt } from '../../src/compose.ts';
import { enrolDevice } from '../support/approval-device.ts';
import { pushConfig } from '../support/push-server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

const clock = { now: () => Date.now() };

it('enrols, lists, resumes and revokes beside a running server', { timeout: 120_000 }, async () => {
  const { file, data } = makeSite(pushConfig({ push: { url: 'https://login.example.org' } }));
  const server = await startPortvakt(await openPortvakt(loadPortvaktConfig(file, { data })));
  const onetouch = async (command: string, ...words: readonly string[]) => {
    const child = runPortvakt('onetouch', command, '--config', file, '--data', data, ...words);
    return { status: await child.ended, said: child.output() };
  };
  const put = (operation: string, body: object) =>
    fetch(`${server.url}/api/authentication/${operation}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', tenant: 't1' },
      body: JSON.stringify(body),
    });

  const { said } = await onetouch('enroll', '--user', 'wgretzky');
  const [, code = ''] = /https:\/\/login\.example\.org\/approve\/#(\S+)/.exec(said) ?? [];
  expect(said).toContain('▄');
  const device = await enrolDevice(server.url, clock, code);
  await put('onetouch_start_auth', { username: 'wgretzky' });
  await device.answer(await device.open(), 'not-me');
  expect((await onetouch('list')).said).toMatch(
    new RegExp(`^${device.id}\twgretzky\tTelephone\tno push\t\\S+\tpaused\n$`),
  );
  expect((await onetouch('resume', '--user', 'wgretzky')).said).toBe('wgretzky is asked again.\n');
  expect((await onetouch('revoke', device.id)).said).toBe(`${device.id} of wgretzky is revoked.\n`);
  expect((await device.ask('state')).body).toMatchObject({ code: 'device-unknown' });
  expect((await onetouch('revoke', device.id)).status).toBe(1);
  await server.stop();
});
