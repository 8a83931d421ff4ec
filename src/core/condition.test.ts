import { describe, expect, it } from 'vitest';
import { type ConditionText, conditionSchema, parseCondition } from './condition.ts';

const facts = { input: { want: 'name', empty: '' }, tenant: { id: 't1', realm: 'default' }, headers: {} };
const holds = (text: ConditionText) => parseCondition(text).holds(facts);

describe('a condition', () => {
  it.each<[string, ConditionText, boolean]>([
    ['a text that is there', { 'input.want': 'name' }, true],
    ['another text', { 'input.want': 'Name' }, false],
    ['a text where nothing is', { 'input.absent': 'name' }, false],
    ['one of several', { 'input.want': ['all', 'name'] }, true],
    ['none of several', { 'input.want': ['all', 'none'] }, false],
    ['several where nothing is', { 'input.absent': ['all'] }, false],
    ['what is present', { 'input.want': { present: true } }, true],
    ['what is empty', { 'input.empty': { present: true } }, false],
    ['what is absent', { 'input.absent': { present: false } }, true],
    ['a beginning', { 'input.want': { startsWith: 'na' } }, true],
    ['a beginning of nothing', { 'input.absent': { startsWith: 'na' } }, false],
    ['every line', { 'input.want': 'name', 'tenant.id': 't1' }, true],
    ['every line but one', { 'input.want': 'name', 'tenant.id': 't2' }, false],
    ['any', { any: [{ 'tenant.id': 't2' }, { 'tenant.id': 't1' }] }, true],
    ['any of none', { any: [{ 'tenant.id': 't2' }] }, false],
    ['not', { not: { 'tenant.id': 't2' } }, true],
    ['not, of several lines', { not: { 'tenant.id': 't1', 'input.want': 'x' } }, true],
    ['not within any', { any: [{ not: { 'tenant.id': 't1' } }, { 'input.want': 'name' }] }, true],
  ])('looks for %s', (_, text, expected) => {
    expect(conditionSchema.safeParse(text).success).toBe(true);
    expect(holds(text)).toBe(expected);
  });

  it('tells every place it looks at', () => {
    const { paths } = parseCondition({ 'input.a': 'x', any: [{ 'user.id': 'y' }], not: { 'headers.Z': 'z' } });
    expect(paths.map(({ text }) => text)).toEqual(['input.a', 'user.id', 'headers.Z']);
  });
});

describe('a condition that is none', () => {
  it.each<[string, unknown, string]>([
    ['empty', {}, 'at least one line'],
    ['an unknown fact', { 'weather.today': 'rain' }, 'there is no fact "weather"'],
    ['a number', { 'input.a': 5 }, 'takes a text'],
    ['an unknown test', { 'input.a': { endsWith: 'x' } }, 'takes a text'],
    ['nothing to begin with', { 'input.a': { startsWith: '' } }, 'takes a text'],
    ['any without a list', { any: { 'input.a': 'x' } }, 'takes a list'],
    ['any of texts', { any: ['x'] }, 'takes a list'],
    ['not of a list', { not: [{ 'input.a': 'x' }] }, 'takes a condition'],
    ['not of an empty one', { not: {} }, 'at least one line'],
  ])('is told so: %s', (_, text, words) => {
    expect(() => parseCondition(text as ConditionText)).toThrow(words);
  });
});
