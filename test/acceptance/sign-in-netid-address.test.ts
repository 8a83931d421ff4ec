import { expect, it, onTestFinished } from 'vitest';
import { playEids, somebody } from '../support/eids.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

/** What the simulated service says of the phone. */
const phone = '192.0.2.17';

/** Somebody starts, an app approves, and the browser at this address asks how it stands. */
async function signInFrom(address: string, more: object = {}) {
  let now = () => Date.now();
  const { running, simulatorOf, close } = await playEids(['netid'], () => now());
  onTestFinished(close);
  const netid = { default: { ...running[0]?.settings, certificate: { required: false } } };
  const config = { tenant: 't1', base_path: '/in', internal_http_destination: 'default', ...more };
  const proxies = { addresses: ['127.0.0.1'] };
  const authenticators = [{ id: 'nias', type: 'NiasOnSameDevice', config: { ...config, success_location: '/out' } }];
  const listen = { host: '127.0.0.1', port: 0, proxies };
  const lines: string[] = [];
  const onLog = (line: string) => void lines.push(line);
  const server = await startTestServer(simpleConfig({}, { netid, authenticators, listen }), { onLog });
  now = server.clock.now;
  const browser = signInBrowser(server.url);
  await browser.open('/in/nias');
  const say = async (type: string) =>
    (await browser.say('/in/nias', { type, data: {} }, { 'x-forwarded-for': address })).body;
  await say('start');
  const simulator = simulatorOf('netid');
  await simulator.act('approve', simulator.orders()[0]?.ref ?? '', { person: somebody.personalNumber });
  server.pass(2);
  const warnings = lines
    .filter((line) => line.includes('require_same_address'))
    .map((line) => {
      const { authenticator, setting, msg } = JSON.parse(line) as Record<string, string>;
      return { authenticator, setting, msg };
    });
  return { told: await say('state'), again: await say('state'), events: await server.events(), warnings };
}

it('refuses an app that is elsewhere, as when somebody has passed on the link of a sign-in of their own', async () => {
  const { told, again, events, warnings } = await signInFrom('198.51.100.7');
  expect(told).toMatchObject({ type: 'failure', data: { status: 'ERROR', message: { text: 'nias.other_address' } } });
  expect(again).toMatchObject({ type: 'failure', data: { status: 'ERROR' } });
  const last = events.filter(({ event }) => String(event).startsWith('WEB_')).at(-1);
  expect(last).toMatchObject({ event: 'WEB_100011', reason: 'local: other-address' });
  expect(warnings).toEqual([]);
});

it('takes one at the same address', async () => {
  expect((await signInFrom(phone)).told).toMatchObject({ type: 'complete' });
});

it('takes one elsewhere where the configuration says so, and tells of it at the start', async () => {
  const { told, warnings } = await signInFrom('198.51.100.7', { require_same_address: false });
  expect(told).toMatchObject({ type: 'complete' });
  expect(warnings).toEqual([
    {
      authenticator: 'nias',
      setting: 'require_same_address',
      msg: 'with require_same_address: false, whoever passes on the link of a sign-in of their own is signed in as who opens it',
    },
  ]);
});
