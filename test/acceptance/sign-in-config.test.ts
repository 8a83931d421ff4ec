import { expect, it } from 'vitest';
import { simpleConfig, startTestServer } from '../support/server.ts';

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
