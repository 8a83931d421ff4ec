import { expect, it } from 'vitest';
import { personWith, simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

const people = {
  anna: { ...personWith({ type: 'hotp', id: 'token-1' }), attributes: { mobile: '+46701234567' }, password: 'right' },
};
const tenants = { t1: { operations: ['getOTP', 'password_otp_auth'], callers: [{ open: true }] } };

async function site() {
  const realms = { default: { attempts: { limit: 2 }, directories: [{ type: 'built-in', people }] } };
  const { file, data, serve } = makeSite(simpleConfig(people, { tenants, realms }));
  const server = await serve();
  const [line] = await server.connect(1);
  return {
    server,
    put: async (operation: string, body: object) => (await line?.put(operation, body))?.status,
    async account(...words: readonly string[]) {
      const [command = '', ...rest] = words;
      const child = runPortvakt('account', command, '--config', file, '--data', data, ...rest);
      return { status: await child.ended, said: child.output() };
    },
  };
}

it('shows what is kept of a person, without any secret, and lifts a lock while the server runs', async () => {
  const { put, account, server } = await site();
  expect(await put('getOTP', { phonenumber: '0701234567' })).toBe(200);
  const guess = { username: 'anna', password: 'wrong', otp: '000000' };
  expect([await put('password_otp_auth', guess), await put('password_otp_auth', guess)]).toEqual([403, 403]);
  const right = { username: 'anna', password: 'right', otp: '755224' }; // RFC 4226, appendix D
  expect(await put('password_otp_auth', right)).toBe(403);

  const { said } = await account('show', 'ANNA');
  expect(said.split('\n')).toEqual([
    'user name: anna',
    'token: token-1, hotp, active',
    expect.stringMatching(/^code: call-in, good until 20\S+Z, survives 0 wrong answers$/),
    expect.stringMatching(/^tries with a password: locked until 20\S+Z$/),
    '',
  ]);
  expect(await account('unlock', 'anna')).toEqual({ status: 0, said: 'anna may try again.\n' });
  expect(await account('unlock', 'anna')).toEqual({ status: 0, said: 'anna was not locked and had no failures.\n' });
  expect(await put('password_otp_auth', right)).toBe(200);
  await server.stop();
});

it('says who is unknown, and which realm there is not', async () => {
  const { account, server } = await site();
  expect(await account('show', 'nobody')).toEqual({
    status: 1,
    said: 'nobody in the realm "default" is called "nobody"\n',
  });
  expect(await account('unlock', 'anna', '--realm', 'other')).toEqual({
    status: 1,
    said: 'There is no realm "other"; there is default.\n',
  });
  await server.stop();
});
