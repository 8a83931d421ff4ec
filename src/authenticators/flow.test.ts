import { describe, expect, it } from 'vitest';
import { emptyBody, endIn, parentIn, stateIn } from './flow.ts';

const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', '__proto__'];

// Seen to fail (a Chain skips the authenticator, as one that has ended) without looking for names of our own only.
describe('a flow in which nothing has happened', () => {
  it.each(names)('knows nothing of %s', (id) => {
    expect([stateIn(emptyBody, id), parentIn(emptyBody, id), endIn(emptyBody, id)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
