import { describe, expect, it } from 'vitest';
import { faultsOf, sound } from './trial.ts';

const closed = sound.replace('{ open: true }', '{ basic: { username: a, password: x } }');
const listening = (listen: string, text = sound) => text.replace('listen: { port: 0 }', `listen: { ${listen} }`);
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY';

it('refuses a tenant of a realm that is not there', () => {
  expect(faultsOf(sound.replace('default:', 'people:'))).toEqual([
    'main.yaml:4:12: tenants.t1.realm: there is no realm "default"',
  ]);
});

it('lets open callers in from other machines only when that is what the operator says', () => {
  for (const host of ['0.0.0.0', '"::"', '192.0.2.1', '""', 'portal.example']) {
    expect(faultsOf(listening(`host: ${host}`))).toEqual([
      expect.stringMatching(
        /^main\.yaml:4:60: tenants\.t1\.callers\[0\]\.open: .*set listen\.allowOpenTenants to true/,
      ),
    ]);
  }
  expect(faultsOf(listening('host: 0.0.0.0, allowOpenTenants: true'))).toEqual([]);
  expect(faultsOf(listening('host: 0.0.0.0', closed))).toEqual([]);
  expect(faultsOf(sound, { overrides: { host: '0.0.0.0' } })).toHaveLength(1);
});

it('listens for open callers on any loopback address', () => {
  for (const host of ['127.0.0.1', '127.8.8.8', '"::1"', 'localhost']) {
    expect(faultsOf(listening(`host: ${host}`))).toEqual([]);
  }
});

it('shows the demo page on loopback only', () => {
  expect(faultsOf(`demo: true${closed}`)).toEqual([]);
  expect(faultsOf(`demo: true${listening('host: 0.0.0.0', closed)}`)).toEqual([
    'main.yaml:1:1: demo: the demo page shows secrets; listen on 127.0.0.1, or set demo to false',
  ]);
});

it('wants a way for client certificates to get here', () => {
  const text = sound.replace('{ open: true }', '{ certificate: { commonName: a } }');
  expect(faultsOf(text)).toEqual([
    expect.stringContaining('callers[0].certificate: no client certificate ever gets here'),
  ]);
  expect(faultsOf(listening('tls: { cert: c, key: k, clientCa: [ca] }', text))).toEqual([]);
  expect(faultsOf(listening('proxies: { addresses: [127.0.0.1], certificateHeader: X-Cert }', text))).toEqual([]);
});

it('refuses a user name twice in one tenant', () => {
  const text = closed.replace('[{ basic', '[{ basic: { username: a, password: y } }, { open: true }, { basic');
  expect(faultsOf(text)).toEqual([
    expect.stringMatching(/callers\[2\]\.basic\.username: callers\[0\] of this tenant has the same user name$/),
  ]);
});

it('refuses proxies that are neither address nor network', () => {
  const wrong = [
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    'proxy',
  ];
  const right = ['127.0.0.1', '::1', '10.0.0.0/8', 'fd00::/8'];
  const faults = faultsOf(listening(`proxies: { addresses: ${JSON.stringify([...right, ...wrong])} }`));
  expect(faults.map((line) => Number(/addresses\[(\d+)\]: must be an IP/.exec(line)?.[1]))).toEqual(
    wrong.map((_, index) => right.length + index),
  );
});

it('keeps management off the port of the API', () => {
  const both = (listen: string, management: string) =>
    faultsOf(`management: { ${management} }${listening(listen, closed)}`);
  expect(both('port: 9000', 'port: 9000')).toEqual([
    expect.stringContaining('management.port: is the port of the API'),
  ]);
  expect(both('port: 9000, host: 0.0.0.0', 'port: 9000')).toHaveLength(1);
  expect(both('port: 9000, host: 127.0.0.2', 'port: 9000')).toEqual([]);
  expect(both('port: 0', 'port: 0')).toEqual([]);
});

describe('tokens', () => {
  const people = (...tokens: readonly string[]) => {
    const all = tokens.map((token, index) => `p${index}: { tokens: [{ type: totp, ${token} }] }`).join(', ');
    return sound.replace('{ type: built-in }', `{ type: built-in, people: { ${all} } }`);
  };

  it('refuses an id twice in one realm, and names the other owner', () => {
    expect(faultsOf(people(`id: a, secret: ${seed}`, `id: b, secret: ${seed}`, `id: a, secret: ${seed}`))).toEqual([
      expect.stringMatching(/people\.p2\.tokens\[0\]\.id: a token of p0 in this realm has the same id$/),
    ]);
  });

  it('allows an id in another realm', () => {
    const one = `{ directories: [{ type: built-in, people: { p: { tokens: [{ type: totp, id: a, secret: ${seed} }] } } }] }`;
    expect(faultsOf(sound.replace(/realms:.*/, `realms: { default: ${one}, other: ${one} }`))).toEqual([]);
  });

  it('wants seeds that are long enough, in whole bytes', () => {
    expect(faultsOf(people(`id: a, secret: ${seed.slice(2)}`))).toEqual([expect.stringContaining('at least 16 bytes')]);
    expect(faultsOf(people(`id: a, secret: ${seed}A`))).toEqual([expect.stringContaining('is not whole')]);
    expect(faultsOf(people(`id: a, secret: "${seed.slice(0, 13)} ${seed.slice(13)}======"`))).toEqual([]);
  });
});

it('refuses two people of one directory whose names differ in case only', () => {
  const people = (names: string) => sound.replace('{ type: built-in }', `{ type: built-in, people: { ${names} } }`);
  expect(faultsOf(people('anna: {}, bo: {}, Anna: {}'))).toEqual([
    'main.yaml:3:82: realms.default.directories[0].people.Anna: is the same user name as anna: upper and lower case are one',
  ]);
  expect(faultsOf(people('anna: {}, anne: {}'))).toEqual([]);
});

it('refuses a budget of a tenant that is not there', () => {
  const budget = (tenant: string) => `messages: { budget: { tenants: { ${tenant}: 10 } } }${sound}`;
  expect(faultsOf(budget('t2'))).toEqual(['main.yaml:1:34: messages.budget.tenants.t2: there is no such tenant']);
  expect(faultsOf(budget('t1'))).toEqual([]);
});

it('checks what is right beside what is wrong', () => {
  expect(
    faultsOf(sound.replace('open: true', 'open: true, x: 1').replace('{ port: 0', '{ host: 0.0.0.0, port: x')),
  ).toEqual([
    expect.stringContaining('listen.port: must be a number'),
    expect.stringContaining('callers[0].open: anyone on the network'),
    expect.stringContaining('callers[0].x: unknown setting "x"'),
  ]);
});
