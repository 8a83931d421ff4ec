import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatFaults } from './config-faults.ts';
import { loadConfig } from './load.ts';
import { faultsOf, load, sound } from './trial.ts';

const wrong = `listen:
  port: 70000
  colour: red
demo: perhaps
realms:
  default: { directories: [{ type: nis }] }
tenants:
  portal:
    realm: nowhere
    operations: []
    callers:
      - basic: { username: portal }
      - certificate: { commonName: portal }
  shop:
    callers: [{ open: true }]
    callers: [{ open: true }]
drainSeconds: \${env:DRAIN}
`;

it('reports every fault at once, each with its line', () => {
  expect(faultsOf(wrong)).toEqual([
    'main.yaml:2:3: listen.port: must be at most 65535',
    'main.yaml:3:3: listen.colour: unknown setting "colour"',
    'main.yaml:4:1: demo: must be true or false',
    'main.yaml:6:30: realms.default.directories[0].type: must be built-in, ldap or active-directory',
    'main.yaml:9:5: tenants.portal.realm: there is no realm "nowhere"',
    'main.yaml:10:5: tenants.portal.operations: must list at least 1',
    'main.yaml:12:9: tenants.portal.callers[0].basic: needs either password or passwordHash',
    expect.stringMatching(/^main\.yaml:13:9: tenants\.portal\.callers\[1\]\.certificate: no client certificate/),
    'main.yaml:14:3: tenants.shop.operations: is missing',
    'main.yaml:16:5: tenants.shop.callers: is set twice, first on line 15',
    'main.yaml:17:1: drainSeconds: the environment variable DRAIN is not set',
  ]);
});

it('says which file is not there', () => {
  const path = join(tmpdir(), 'no-such-configuration.yaml');
  expect(existsSync(path)).toBe(false);
  const lines = [`${path}:1:1: cannot read the file ${path}: it does not exist`];
  expect(() => loadConfig(path, { env: {} })).toThrow(expect.objectContaining({ name: 'ConfigFaults', lines }));
});

it('says what is missing in an empty file', () => {
  expect(faultsOf('')).toEqual(['main.yaml:1:1: realms: is missing', 'main.yaml:1:1: tenants: is missing']);
});

it('reads JSON', () => {
  const { config } = load(JSON.stringify(load(sound).config));
  expect(config).toEqual(load(sound).config);
});

it('freezes the settings all the way down', () => {
  const { config } = load(sound);
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.tenants['t1']?.callers[0])).toBe(true);
});

it('lets the command line win over the file, and checks it as strictly', () => {
  expect(load(sound, { overrides: { port: 1, data: '/d' } }).config).toMatchObject({ data: '/d', listen: { port: 1 } });
  expect(faultsOf(sound, { overrides: { port: -1 } })).toEqual(['(command line): listen.port: must be at least 0']);
});

const located = `${sound}operations:
  mine:
    summary: My own
    steps:
      - step: find-user
        missing: fail
`;

it('finds where a path was written, or what stands nearest above it', () => {
  const { locate } = load(located);
  const step = ['operations', 'mine', 'steps', 0];
  const paths = [
    [...step, 'step'],
    [...step, 'missing'],
    [...step, 'else'],
    ['operations', 'otp_token_auth', 'steps', 0],
    ['log'],
  ];
  expect(paths.map(locate)).toEqual(['main.yaml:9:9', 'main.yaml:10:9', 'main.yaml:9:9', '(preset)', 'main.yaml:1:1']);
});

it('sorts faults of others by place and keeps each on one line', () => {
  const { locate } = load(located);
  const faults = [
    { path: ['operations', 'shipped', 'steps'], message: 'c' },
    { path: ['operations', 'mine', 'steps', 0, 'a.b'], message: 'b\nb' },
    { path: ['listen', 'port'], message: 'a' },
  ];
  expect(formatFaults(faults, locate)).toEqual([
    'main.yaml:2:11: listen.port: a',
    'main.yaml:9:9: operations.mine.steps[0]["a.b"]: b\\u{a}b',
    '(preset): operations.shipped.steps: c',
  ]);
});
