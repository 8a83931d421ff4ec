import { expect, it } from 'vitest';
import { listSettings } from './settings-list.ts';
import { faultsOf, load, sound } from './trial.ts';

const ldap = (more: string) =>
  sound.replace('{ type: built-in }', `{ type: ldap, base: "dc=example,dc=org", ${more} }`);
const encrypted = 'urls: ["ldaps://dc1.example.org"]';

it('accepts an LDAP directory with nothing but what it must have', () => {
  const { config } = load(ldap(encrypted));
  expect(config.realms['default']?.directories[0]).toMatchObject({ type: 'ldap', timeoutMs: 5000, cacheSeconds: 0 });
});

it('wants TLS, unless the operator says otherwise', () => {
  const plain = 'urls: ["ldaps://a", "ldap://b:389"]';
  expect(faultsOf(ldap(plain))).toEqual([expect.stringContaining('directories[0].urls: passwords would cross')]);
  expect(faultsOf(ldap(`${plain}, startTls: true`))).toEqual([]);
  expect(faultsOf(ldap(`${plain}, allowPlain: true`))).toEqual([]);
});

it('wants addresses, filters and names that can be right', () => {
  const faults = [
    'urls: ["https://a"]',
    'urls: ["ldaps://a/dc=x"]',
    'urls: ["ldaps://user@a"]',
    'urls: [5]',
    `${encrypted}, filter: "(uid=anna)"`,
    `${encrypted}, filter: "(&(uid={user})"`,
    `${encrypted}, filter: "(uid={user}))"`,
    `${encrypted}, userName: "u*"`,
    `${encrypted}, groups: { required: [] }`,
    `${encrypted}, phone: { attributes: ["a)(b"] }`,
    `${encrypted}, colour: red`,
  ].map((more) => faultsOf(ldap(more)));
  expect(faults.map((lines) => lines.length)).toEqual(faults.map(() => 1));
});

it('reads numbers and switches of an LDAP directory from expansions', () => {
  const text = ldap('urls: ["ldap://a"], startTls: "${env:TLS}", timeoutMs: "${env:TIME}"');
  const { config } = load(text, { env: { TLS: 'true', TIME: '700' } });
  expect(config.realms['default']?.directories[0]).toMatchObject({ startTls: true, timeoutMs: 700 });
});

it('names the choices when the type is none of them, or missing', () => {
  const message = 'directories[0].type: must be built-in, ldap or active-directory';
  expect(faultsOf(sound.replace('type: built-in', 'type: x'))).toEqual([expect.stringContaining(message)]);
  expect(faultsOf(sound.replace('type: built-in', 'people: {}'))).toEqual([expect.stringContaining(message)]);
});

it('tells what an LDAP directory lacks', () => {
  expect(faultsOf(sound.replace('type: built-in', 'type: active-directory'))).toEqual([
    expect.stringContaining('directories[0].base: is missing'),
    expect.stringContaining('directories[0].urls: is missing'),
  ]);
});

it('allows one built-in directory in a realm, beside others', () => {
  const lists = (items: string) => sound.replace('[{ type: built-in }]', `[${items}]`);
  const other = `{ type: ldap, base: "dc=x", ${encrypted} }`;
  expect(faultsOf(lists(`{ type: built-in }, ${other}, ${other}`))).toEqual([]);
  expect(faultsOf(lists(`${other}, { type: built-in }, { type: built-in }`))).toEqual([
    expect.stringContaining('directories[2].type: directories[1] is built-in as well'),
  ]);
});

it('checks tokens of people beside other directories', () => {
  const token = 'tokens: [{ type: totp, id: a, secret: GEZDGNBV }]';
  const text = sound.replace(
    '{ type: built-in }',
    `{ type: ldap, base: "dc=x", ${encrypted} }, { type: built-in, people: { p: { ${token} } } }`,
  );
  expect(faultsOf(text)).toEqual([expect.stringContaining('at least 16 bytes')]);
});

it('lists the settings of every type', () => {
  const paths = listSettings().map(({ path }) => path);
  expect(paths).toContain('realms.*.directories[].groups.required');
  expect(paths).toContain('realms.*.directories[].people.*.tokens');
});
