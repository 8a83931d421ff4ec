import { expect, it } from 'vitest';
import { faultsOf, load, sound } from './trial.ts';

it.each([
  ['listen: [1', '1:11'],
  ['a: "\\q"', '1:5'],
  ['a: 1\n\tb: 2', '2:1'],
  ['a: !secret x', '1:4'],
  ['a: !!binary aGk=', '1:4'],
  ['%YAML 1.1\n---\na: 1', '1:1'],
  ['a: 1\n---\nb: 1', '2:1'],
  ['? [a]\n: 1', '1:3'],
  ['5', '1:1'],
])('refuses %j as a whole, with its place', (text, place) => {
  const faults = faultsOf(text);
  expect(faults[0]).toMatch(new RegExp(`^main\\.yaml:${place}: `));
  expect(faults.join()).not.toMatch(/unknown|missing/);
});

it('does not repeat what is written where it is no YAML', () => {
  const text = 'keys: "secret" secret\nlog: "\\secret"\ndata: *secret\nlisten: !secret {}\n@secret: }secret\n';
  expect(faultsOf(text).join('\n')).not.toContain('secret');
});

it.each([
  ['<<: { demo: true }', '["<<"]: unknown setting "<<"'],
  ['demo: *none', 'demo: there is no such anchor before this alias'],
  ['demo: &a [*a]', 'demo[0][0]: the alias stands inside what it repeats'],
  ['__proto__: 1', '__proto__: no setting may have this name'],
  ['demo: &a true\ndata: &a x', 'data: the anchor "a" is defined twice'],
])('refuses %j', (text, fault) => {
  expect(faultsOf(`${text}\n${sound}`)).toContainEqual(expect.stringMatching(`: ${fault.replace(/[[\]]/g, '\\$&')}$`));
});

it('repeats what an alias names', () => {
  const text = sound.replace('[{ open: true }] }', '&any [{ open: true }] }, t2: { operations: [x], callers: *any }');
  expect(load(text).config.tenants['t2']?.callers).toEqual([{ open: true }]);
});

it('stops aliases that multiply', () => {
  const lines = Array.from('bcdefghi', (name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`);
  const faults = faultsOf(['a: &a [1,1,1,1,1,1,1,1,1]', ...lines].join('\n'));
  expect(faults.filter((line) => line.includes('aliases repeat more than 10000 values'))).toHaveLength(1);
});

it.each([
  ['a list', '['.repeat(100_000)],
  ['a map', `${'{a: '.repeat(500)}1${'}'.repeat(500)}`],
  ['a block', `\n  ${'- '.repeat(10_000)}`],
])('refuses %s nested beyond reason', (_, text) => {
  expect(faultsOf(`demo: ${text}`).join('\n')).toContain('is nested too deeply');
});
