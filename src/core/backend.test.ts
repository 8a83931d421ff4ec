import { expect, it } from 'vitest';
import { type BackendKind, createBackends } from './backend.ts';

interface Greeter {
  greet(): string;
}

const greeters: BackendKind<Greeter> = { name: 'greeter' };
const backends = createBackends({ greeter: new Map([['default', { greet: () => 'hello' }]]) });

it('finds a connection by its kind and name', () => {
  expect(backends.of(greeters, 'default').greet()).toBe('hello');
});

it('takes one that is not configured for a fault of ours', () => {
  expect(() => backends.of(greeters, 'other')).toThrow('greeter.other is not configured');
  expect(() => backends.of({ name: 'nobody' }, 'default')).toThrow('nobody.default is not configured');
});
