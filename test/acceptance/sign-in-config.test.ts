import { describe, expect, it } from 'vitest';
import { authenticatorSchema } from '../../src/core/authenticator-settings.ts';
import { idleSettings } from '../../src/core/authenticator-uses.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite } from '../support/server-process.ts';

const app = 'https://app.example.org/signed-in';
const config = simpleConfig({ wgretzky: { password: 'right' } });
const alone = (name: string, more: object = {}) => ({
  id: name,
  type: 'UserNameAndPassword',
  config: { tenant: 't1', context_path: `/${name}`, success_location: app, ...more },
});

it('refuses what one cannot mount', async () => {
  const wrong = (authenticators: object[]) =>
    startTestServer({ ...config, authenticators }).then(
      () => '',
      (error: Error) => error.message,
    );
  const a = alone('a');
  expect(await wrong([{ ...a, config: { ...a.config, base_path: '/b' } }])).toContain(
    '"a": needs either context_path or base_path',
  );
  expect(await wrong([{ ...a, config: { tenant: 't1', success_location: app } }])).toContain(
    'needs either context_path or base_path',
  );
  expect(await wrong([{ ...a, config: { ...a.config, context_path: 'a/' } }])).toContain('context_path');
  expect(await wrong([a, a])).toContain('another one has this id');
  expect(await wrong([a, { ...alone('b'), config: a.config }])).toContain('"a" has the path /a');
  for (const path of ['/favicon.ico', '/robots.txt', '/api', '/sign-in/x', '/demo', '/x/finish']) {
    const taken = { ...a, config: { ...a.config, context_path: path } };
    expect(await wrong([taken])).toContain(`"a": ${path} is taken by the server itself`);
  }
  expect(await wrong([{ ...a, type: 'Nonsense' }])).toContain('type');
  expect(await wrong([{ ...a, type: 'NiasOnSameDevice' }])).toContain('needs internal_http_destination');
  const nias = { ...a, type: 'NiasOnSameDevice', config: { ...a.config, internal_http_destination: 'x' } };
  expect(await wrong([nias])).toContain('netid.x');
  expect(await wrong([{ ...a, config: { ...a.config, pipe_id: 'nothing' } }])).toContain(
    'there is no operation "nothing"',
  );
  expect(await wrong([{ ...a, config: { ...a.config, success_location: '//evil.example' } }])).toContain(
    'success_location',
  );
  expect(await wrong([{ ...a, config: { ...a.config, chain: [] } }])).toContain(
    'UserNameAndPassword has no such setting',
  );
});

describe('a configuration with many faults', () => {
  const told = async (authenticators: readonly object[]) => {
    const error = await startTestServer({ ...config, authenticators }).then(
      () => undefined,
      (reason: Error) => reason,
    );
    return error?.message.split('\n').slice(1) ?? [];
  };
  const about = (lines: readonly string[], id: string) =>
    lines.filter((line) => line.includes(`authenticator "${id}"`));

  it('is told of all of them at once, each with the id of its authenticator', async () => {
    const nias = alone('nias', { internal_http_destination: 'nowhere' });
    const lines = await told([
      { ...alone('kind'), type: 'Nonsense' },
      alone('stroke', { context_path: '/stroke/' }),
      alone('bare', { context_path: 'bare' }),
      alone('script', { success_location: 'javascript:alert(1)' }),
      alone('more', { nonsense: 1 }),
      { ...nias, type: 'NiasOnOtherDevice' },
      alone('pipe', { pipe_id: 'nowhere' }),
    ]);
    for (const id of ['kind', 'stroke', 'bare', 'script', 'more', 'nias', 'pipe']) {
      expect([id, about(lines, id).length]).toEqual([id, 1]);
    }
    expect(lines).toHaveLength(7);
    expect(about(lines, 'stroke')[0]).toContain('must begin with "/"');
    expect(about(lines, 'script')[0]).toContain('must be an https address');
    expect(about(lines, 'nias')[0]).toContain('netid.nowhere');
    expect(about(lines, 'pipe')[0]).toContain('there is no operation "nowhere"');
  });

  it('is told of the base path that is wrong, not of those that are like it', async () => {
    const base = { tenant: 't1', base_path: 'in' };
    const lines = await told([
      { id: 'row', type: 'Chain', config: { ...base, success_location: app, chain: [{ id: 'pw' }] } },
      { id: 'pw', type: 'UserNameAndPassword', config: { ...base, base_path: '/in' } },
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('authenticator "row": must begin with "/"');
  });

  it.each([
    'javascript:alert(1)',
    'https://elsewhere.example/logo.png',
    '//elsewhere.example/logo.png',
    'data:text/html,x',
  ])('is told of a logo that no page would show: %s', async (logo) => {
    const options = [{ id: 'o', target: 'pw', label: 'o', logo }];
    const base = { tenant: 't1', base_path: '/in' };
    const lines = await told([
      { id: 'choose', type: 'Selector', config: { ...base, success_location: app, options } },
      { id: 'pw', type: 'UserNameAndPassword', config: base },
    ]);
    expect(lines.join()).toContain('authenticator "choose": must be a path of this server, or a data: address');
  });

  it('is told that a Selector and a Chain need something to lead to', async () => {
    const base = { tenant: 't1', base_path: '/in', success_location: app };
    const lines = await told([
      { id: 'choose', type: 'Selector', config: { ...base, options: [] } },
      { id: 'row', type: 'Chain', config: { ...base, chain: [] } },
    ]);
    expect(about(lines, 'choose')[0]).toContain('needs at least one');
    expect(about(lines, 'row')[0]).toContain('needs at least one');
  });
});

describe('documented settings that mean nothing here', () => {
  const base = { tenant: 't1', base_path: '/in' };
  const carried = (on: boolean) => [
    {
      id: 'choose',
      type: 'Selector',
      config: {
        ...base,
        success_location: app,
        options: [{ id: 'o', target: 'row', label: 'o' }],
        lazy_expiry: on,
        verbose: on,
        ...(on && { webroot_dir: 'web/authenticator/selector', expiry: 'PT10M' }),
      },
    },
    { id: 'row', type: 'Chain', config: { ...base, chain: [{ id: 'pw' }], require_chain: on, verbose: on } },
    { id: 'pw', type: 'UserNameAndPassword', config: base },
  ];

  it('are taken, and the operator is told so, and what to use', { timeout: 120_000 }, async () => {
    const process = await makeSite({ ...config, log: { level: 'warn' }, authenticators: carried(true) }).serve();
    await process.stop();
    const warned = process
      .output()
      .split('\n')
      .flatMap((line) => (line.includes('has no effect') ? [JSON.parse(line) as Record<string, string>] : []));
    expect(warned.map(({ authenticator, setting }) => `${authenticator} ${setting}`).sort()).toEqual(
      [
        ...['webroot_dir', 'expiry', 'lazy_expiry', 'verbose'].map((name) => `choose ${name}`),
        ...['verbose', 'require_chain'].map((name) => `row ${name}`),
      ].sort(),
    );
    expect(warned.find(({ setting }) => setting === 'webroot_dir')?.['msg']).toContain('overlay_dir');
  });

  it('are not worth a word while they are off', () => {
    const all = carried(false).map((each) => authenticatorSchema.parse(each));
    expect(all.flatMap(idleSettings)).toEqual([]);
  });

  it('are of the form that the documents give', () => {
    const [, , pw] = carried(false);
    const withExpiry = (expiry: string) =>
      authenticatorSchema.safeParse({ ...pw, config: { ...base, expiry } }).success;
    expect(['PT10M', 'P1D', 'P1DT2H3M4S', 'PT8H'].map(withExpiry)).toEqual([true, true, true, true]);
    expect(['', 'P', 'PT', '10', 'PT10'].map(withExpiry)).toEqual([false, false, false, false, false]);
  });
});
