import { describe, expect, it } from 'vitest';
import { Template, template } from './template.ts';

const facts = { input: { name: 'Ada', evil: '${input.name}' }, tenant: { id: 't1' } };
const render = (text: string) => new Template(text).render(facts);

describe('a template', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['Hello ${input.name}!', 'Hello Ada!'],
    ['${ input.name }', 'Ada'],
    ['${input.name}${tenant.id}', 'Adat1'],
    ['$5 {input.name} $', '$5 {input.name} $'],
    ['${input.name', '${input.name'],
  ])('is filled in: %s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it('is never filled in twice', () => {
    expect(render('${input.evil}')).toBe('${input.name}');
  });

  it('gives nothing when a value is missing', () => {
    expect(render('Hello ${input.absent}!')).toBeUndefined();
  });

  it('tells the places it looks at', () => {
    expect(new Template('a ${input.name} b ${user.id}').paths.map(({ text }) => text)).toEqual([
      'input.name',
      'user.id',
    ]);
  });

  it('is refused with a place that nobody knows', () => {
    const { error } = template().safeParse('${weather.today}');
    expect(error?.issues[0]?.message).toMatch('there is no fact "weather"');
  });
});
