import { expect, it } from 'vitest';
import { faultsOf, load, sound } from './trial.ts';

const tenant = (id: string) => `tenants: { ${id}: { operations: [x], callers: [{ open: true }] } }\n`;

it('merges the maps of included files, relative to the file that includes them', () => {
  const { config, locate } = load({
    'main.yaml': `include: parts/realms.yaml\n${tenant('a')}`,
    'parts/realms.yaml': 'include: ../tenants/*.yaml\nrealms: { default: { directories: [{ type: built-in }] } }',
    'tenants/c.yaml': tenant('c'),
    'tenants/b.yaml': `log: { level: warn }\n${tenant('b')}`,
    'tenants/.hidden.yaml': 'nonsense: 1',
    'tenants/README.md': 'nonsense',
  });
  expect(Object.keys(config.tenants)).toEqual(['a', 'b', 'c']);
  expect(locate(['tenants', 'c', 'operations'])).toBe('tenants/c.yaml:1:17');
});

it('names both places of a setting that two files write', () => {
  const files = { 'main.yaml': `include: [other.yaml]\ndata: here${sound}`, 'other.yaml': 'data: there\nlisten: [1]' };
  expect(faultsOf(files)).toEqual([
    'other.yaml:1:1: data: is set at main.yaml:2:1 already',
    'other.yaml:2:1: listen: is set at main.yaml:3:1 already',
  ]);
});

it('refuses files that include one another', () => {
  const files = { 'main.yaml': `include: other.yaml${sound}`, 'other.yaml': 'include: [main.yaml]' };
  expect(faultsOf(files)).toEqual(['other.yaml:1:11: include[0]: the file includes itself']);
});

it('counts a file once that two files include', () => {
  const files = {
    'main.yaml': `include: [a.yaml, b.yaml]${sound}`,
    'a.yaml': 'include: c.yaml',
    'b.yaml': 'include: c.yaml',
    'c.yaml': 'demo: true',
  };
  expect(load(files).config.demo).toBe(true);
});

it('does not complain of what a file may hold that it could not read', () => {
  expect(faultsOf('include: [gone.yaml, parts/*.yaml]\nlisten: { hots: x }')).toEqual([
    'main.yaml:1:11: include[0]: cannot read the file gone.yaml: it does not exist',
    'main.yaml:1:22: include[1]: cannot list the folder parts: it does not exist',
    'main.yaml:2:11: listen.hots: unknown setting "hots"',
  ]);
});

it('takes "*" in the last part of a path only, and nothing but paths', () => {
  expect(faultsOf(`include: ['*/a.yaml', 5, '']${sound}`)).toEqual([
    'main.yaml:1:11: include[0]: "*" may stand in the last part of a path only',
    'main.yaml:1:23: include[1]: must be the path of a file, or a list of paths',
    'main.yaml:1:26: include[2]: must be the path of a file, or a list of paths',
  ]);
});

it('reads no file beyond the limit, and none that is not text', () => {
  expect(faultsOf(`# ${'x'.repeat(1024 * 1024)}${sound}`)).toEqual([
    'main.yaml:1:1: cannot read the file main.yaml: it is larger than 1048576 bytes',
  ]);
});
