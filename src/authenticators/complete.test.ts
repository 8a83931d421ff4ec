import { expect, it } from 'vitest';
import { authenticatorSchema } from '../core/authenticator-settings.ts';
import type { Ports } from '../core/ports.ts';
import { complete } from './complete.ts';
import { emptyBody } from './flow.ts';
import { createSite } from './site.ts';

const settings = authenticatorSchema.parse({
  id: 'a',
  type: 'UserLookup',
  config: { tenant: 't1', context_path: '/a', success_location: '/out' },
});
const site = createSite([settings], [], { operationsOf: () => new Map(), realmOf: () => 'default' });
const mounted = site.get('a');
const person = { realm: 'default', id: 'wgretzky' };

it.each([
  ['nobody', emptyBody],
  ['somebody who is only named', { ...emptyBody, claimed: person }],
  ['somebody whom nothing has proved', { ...emptyBody, user: person }],
])('signs in nobody for %s', async (_, body) => {
  if (mounted === undefined) throw new Error('unreachable');
  const request = {
    id: 'a',
    cookie: undefined,
    mayBegin() {},
    mayOrder: () => true,
    headers: {},
    address: '',
    trace: '',
  };
  const flow = { trace: '', entry: 'a', endsAt: 0, turn: 0, body: { key: '', box: '' } as never };
  const way = await complete({ request, flow, body, mounted, site, ports: {} as Ports });
  expect(way).toEqual({ body: emptyBody, failed: 'common.not_signed_in' });
});
