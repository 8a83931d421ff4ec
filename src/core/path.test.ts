import { describe, expect, it } from 'vitest';
import { vocabulary } from './facts.ts';
import { parsePath, valueAt, wordsOf } from './path.ts';

const facts = {
  operation: 'signin',
  input: Object.assign(Object.create(null), { name: 'Ada' }),
  headers: { 'x-portal': 'intranet' },
  user: { id: 'ada', realm: 'default', attributes: { mail: ['first', 'second'], none: [] } },
};
const at = (text: string) => valueAt(facts, parsePath(text));

describe('a path', () => {
  it('leads to the text that is there', () => {
    expect([at('operation'), at('input.name'), at('user.id')]).toEqual(['signin', 'Ada', 'ada']);
  });

  it('leads to the first of several values', () => {
    expect([at('user.attributes.mail'), at('user.attributes.none')]).toEqual(['first', undefined]);
  });

  it('finds a header however it is spelt', () => {
    expect(at('headers.X-Portal')).toBe('intranet');
  });

  it('leads nowhere where nothing is', () => {
    expect([at('input.absent'), at('reply.x'), at('claimant.name'), at('user.attributes.x')]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each(['input.__proto__', 'input.constructor', 'headers.toString', 'user.attributes.hasOwnProperty'])(
    'never leads to what every object has: %s',
    (text) => {
      expect(at(text)).toBeUndefined();
    },
  );
});

describe('a path that is not in the vocabulary', () => {
  it.each([
    ['password', 'there is no fact "password"'],
    ['', 'there is no fact ""'],
    ['__proto__.x', 'there is no fact "__proto__"'],
    ['input', 'it must be input.*'],
    ['user', 'it must be user.id or user.realm or user.attributes.*'],
    ['user.password', 'there is no "user.password"'],
    ['input.a.b', 'there is no "input.a.b"'],
    ['tenant.id.length', 'there is no "tenant.id.length"'],
  ])('is refused with what there is: %s', (text, words) => {
    expect(() => parsePath(text)).toThrow(words);
  });
});

it('has words for everything in the vocabulary', () => {
  for (const [fact, places] of Object.entries(vocabulary)) {
    for (const [place, words] of Object.entries(places)) {
      const text = place === '' ? fact : `${fact}.${place.replace('*', 'anything')}`;
      expect(wordsOf(parsePath(text))).toBe(words);
    }
  }
});
