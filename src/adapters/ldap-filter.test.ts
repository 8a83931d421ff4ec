import fc from 'fast-check';
import { FilterParser } from 'ldapts';
import { expect, it } from 'vitest';
import { anyOf, escapeFilterValue, fillFilter, inThisOrder } from './ldap-filter.ts';

const template = '(&(objectClass=person)(|(uid={user})(mail={user})))';

it('puts a value in every place of the template', () => {
  expect(fillFilter(template, 'user', 'anna')).toBe('(&(objectClass=person)(|(uid=anna)(mail=anna)))');
});

it('escapes what would change the filter', () => {
  expect(escapeFilterValue('a*b(c)d\\e\0å')).toBe('a\\2ab\\28c\\29d\\5ce\\00å');
  expect(fillFilter('(uid={user})', 'user', '$&{user}')).toBe('(uid=$&{user})');
});

it('leaves the shape of the filter alone, whatever the value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (value) => {
      const text = fillFilter('(&(objectClass=person)(uid={user}))', 'user', value);
      expect(FilterParser.parseString(text)).toMatchObject({
        filters: [
          { attribute: 'objectClass', value: 'person' },
          { attribute: 'uid', value },
        ],
      });
    }),
  );
});

it('joins filters', () => {
  expect(anyOf(['(a=1)'])).toBe('(a=1)');
  expect(anyOf(['(a=1)', '(b=2)'])).toBe('(|(a=1)(b=2))');
  expect(inThisOrder('mobile', '70')).toBe('(mobile=*7*0*)');
});
