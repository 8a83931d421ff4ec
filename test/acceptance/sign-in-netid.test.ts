import { describe, expect, it, onTestFinished } from 'vitest';
import { playEids, somebody } from '../support/eids.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite } from '../support/server-process.ts';
import { type SignInBrowser, signInBrowser } from '../support/sign-in-browser.ts';

const { personalNumber, givenName, surname } = somebody;
const base = { tenant: 't1', base_path: '/in' };
/** The nine of the documents (Fortified ID, "Exported data"), and what the simulated server and phone say; certificate and id may be anything. */
const said: Readonly<Record<string, string | undefined>> = {
  givenName,
  surName: surname,
  name: `${givenName} ${surname}`,
  personalNumber,
  certificate: undefined,
  userID: undefined,
  deviceAddress: '192.0.2.17',
  deviceName: 'Simulated phone',
  deviceVersion: '7.0',
};
const offered = (id: string, include_expr: object) => ({ id, target: 'never', label: id, include_expr });
const options = Object.entries(said).flatMap(([name, value]) => [
  offered(`${name}-there`, { [`exports.${name}`]: { present: true } }),
  offered(`${name}-old`, { [`exports.${name}`]: 'old' }),
  ...(value === undefined ? [] : [offered(`${name}-right`, { [`exports.${name}`]: value })]),
]);

/** Password, which leaves old values behind; then Net iD Access; then a choice that shows what is exported. */
async function play() {
  let now = () => Date.now();
  const { running, simulatorOf, close } = await playEids(['netid'], () => now());
  onTestFinished(close);
  const order = { ...base, internal_http_destination: 'default', poll_frequency: 1 };
  const link = { identity: 'personalNumber', attribute: 'employeeNumber' };
  const exports = Object.keys(said).map((name) => ({ name, value: 'old' }));
  const people = { wgretzky: { password: 'right', attributes: { employeeNumber: personalNumber } } };
  const config = simpleConfig(people, {
    tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
    netid: { default: { ...running[0]?.settings, certificate: { required: false } } },
    log: { level: 'debug' },
    management: { port: 0 },
    authenticators: [
      {
        id: 'row',
        type: 'Chain',
        config: { ...base, success_location: '/out', chain: [{ id: 'password' }, { id: 'nias' }, { id: 'shows' }] },
      },
      { id: 'password', type: 'UserNameAndPassword', config: { ...base, exports } },
      { id: 'nias', type: 'NiasOnOtherDevice', config: { ...order, link, custom_identifier: 'a|b=c\\d' } },
      { id: 'shows', type: 'Selector', config: { ...base, options, auto_select: false } },
      { id: 'never', type: 'UserLookup', config: base },
    ],
  });
  const simulator = simulatorOf('netid');
  const tick = (clock: () => number) => {
    now = clock;
  };
  return { config, simulator, tick };
}

/** Up to the order that waits to be approved. */
async function begin({ open, say }: SignInBrowser) {
  await open('/in/row');
  await say('/in/password', { type: 'start', data: { identifier: 'wgretzky', password: 'right' } });
  await open('/in/row');
  await say('/in/nias', { type: 'start', data: { identifier: personalNumber } });
}

async function shown({ open, say }: SignInBrowser) {
  await open('/in/row');
  const { body } = await say('/in/shows', { type: 'init' });
  return (body.data['options'] as { readonly id: string }[]).map(({ id }) => id);
}

describe('what Net iD Access says of a person', () => {
  it('is exported under nine names, in the place of what an earlier authenticator left', async () => {
    const { config, simulator, tick } = await play();
    const server = await startTestServer(config);
    tick(server.clock.now);
    const browser = signInBrowser(server.url);
    await begin(browser);
    await simulator.act('approve', simulator.orders()[0]?.ref ?? '', { person: personalNumber });
    server.pass(2);
    expect((await browser.say('/in/nias', { type: 'state' })).body).toMatchObject({ type: 'complete' });
    expect(await shown(browser)).toEqual(options.map(({ id }) => id).filter((id) => !id.endsWith('-old')));
  });

  it('leaves nothing behind under a name that it says nothing of', async () => {
    const { config, simulator, tick } = await play();
    const server = await startTestServer(config);
    tick(server.clock.now);
    const browser = signInBrowser(server.url);
    await begin(browser);
    simulator.faults.set('card-missing');
    await simulator.act('approve', simulator.orders()[0]?.ref ?? '', { person: personalNumber });
    server.pass(2);
    expect((await browser.say('/in/nias', { type: 'state' })).body).toMatchObject({ type: 'complete' });
    expect((await shown(browser)).filter((id) => id.startsWith('certificate'))).toEqual([]);
  });

  it('is in no log, no label of a metric and no event', { timeout: 120_000 }, async () => {
    const { config, simulator } = await play();
    const site = makeSite(config);
    const process = await site.serve();
    const browser = signInBrowser(process.url);
    await begin(browser);
    await browser.say('/in/nias', 'no json');
    await simulator.act('approve', simulator.orders()[0]?.ref ?? '', { person: personalNumber });
    const isDone = async () => (await browser.say('/in/nias', { type: 'state' })).body['type'];
    await expect.poll(isDone, { timeout: 60_000, interval: 500 }).toBe('complete');
    const metrics = await (await fetch(`${process.managementUrl}/metrics`)).text();
    await process.stop();
    const events = (await site.events()).filter(({ event }) => String(event).startsWith('WEB_1000'));
    expect(events.map(({ event }) => event)).toEqual(['WEB_100017', 'WEB_100009', 'WEB_100010']);
    expect(events.at(-1)).toMatchObject({ subject: 'a|b=c\\d', address: '192.0.2.17' });
    for (const written of [process.output(), metrics, JSON.stringify(await site.events())]) {
      for (const secret of [personalNumber, surname]) expect(written.includes(secret)).toBe(false);
      // A certificate, in Base64.
      expect(written).not.toMatch(/[A-Za-z0-9+/]{300}/);
    }
  });
});
