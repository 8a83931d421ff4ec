import { expect, it } from 'vitest';
import { authenticatorSchema } from '../core/authenticator-settings.ts';
import { afterDone, isOtherPerson } from './ends.ts';
import { emptyBody } from './flow.ts';

const settings = authenticatorSchema.parse({
  id: 'a',
  type: 'UserLookup',
  config: { tenant: 't1', context_path: '/a', exports: [{ name: 'both', value: '${exports.name} ${identity.sn}' }] },
});

it('replaces what an earlier authenticator has exported, and removes what this one does not say', () => {
  const body = { ...emptyBody, exports: { name: 'old', certificate: 'old', other: 'kept' } };
  const done = { exports: { name: 'new', certificate: undefined }, identity: { sn: 'family' } };
  expect(afterDone(settings, done, body, {}).exports).toEqual({ name: 'new', other: 'kept', both: 'new family' });
});

it('leaves out a configured export of which a value is missing', () => {
  expect(afterDone(settings, { exports: { name: 'new' } }, emptyBody, {}).exports).toEqual({ name: 'new' });
});

it('knows another person than the one who was named or proved', () => {
  const [one, two] = ['one', 'two'].map((id) => ({ realm: 'default', id }));
  if (one === undefined || two === undefined) throw new Error('unreachable');
  expect(isOtherPerson({ user: two, exports: {} }, { ...emptyBody, claimed: one })).toBe(true);
  expect(isOtherPerson({ user: two, exports: {} }, { ...emptyBody, user: one })).toBe(true);
  expect(isOtherPerson({ user: one, exports: {} }, { ...emptyBody, user: one, claimed: one })).toBe(false);
  expect(isOtherPerson({ user: { ...one, realm: 'other' }, exports: {} }, { ...emptyBody, user: one })).toBe(true);
});
