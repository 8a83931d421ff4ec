import { expect, it } from 'vitest';
import type { Ports } from '../core/ports.ts';
import { refuse } from './refuse.ts';
import { requireInput } from './require-input.ts';

const settings = { properties: ['username', 'otp'] };
const run = (input: object) => requireInput.run({ input }, requireInput.config.parse(settings), {} as Ports);

it('goes on when everything is there, be it empty', () => {
  expect(run({ username: '', otp: '' })).toEqual({});
});

it('names the first property that is missing', () => {
  expect(() => run({ username: 'a' })).toThrow(expect.objectContaining({ code: 'property-missing', property: 'otp' }));
  expect(() => run({})).toThrow(expect.objectContaining({ property: 'username' }));
});

it('describes what it demands', () => {
  expect(requireInput.describe(settings)).toEqual({ required: ['username', 'otp'] });
});

it('refuses where it is told to, with the reason for the log', () => {
  const refusing = () => refuse.run({}, refuse.config.parse({ reason: 'closed today' }), {} as Ports);
  expect(refusing).toThrow(expect.objectContaining({ code: 'refused', detail: 'closed today' }));
});
