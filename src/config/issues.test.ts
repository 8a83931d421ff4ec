import { expect, it } from 'vitest';
import { faultsOf, sound } from './trial.ts';

const only = 'a caller has exactly one of open, basic, certificate and bearer';

it.each([
  ['{ basic: { username: 5, password: x } }', '.basic.username: must be text: put it in quotes'],
  ['{ basic: { username: a, pasword: x, password: y } }', '.basic.pasword: unknown setting "pasword"'],
  ['{ basic: { username: "a:b", password: x } }', '.basic.username: must not hold a colon (RFC 7617 §2)'],
  ['{ open: false }', '.open: must be true'],
  [
    '{ bearer: { audience: x, introspection: { url: "ftp://x", clientId: x, clientSecret: x } } }',
    '.bearer.introspection.url: must be an address that begins with https:// or http://',
  ],
  [
    '{ bearer: { audience: x, jwks: "https://x", introspection: { url: "https://x", clientId: x, clientSecret: x } } }',
    '.bearer: needs either issuer and jwks, or introspection',
  ],
  ['{ baisc: {} }', `: ${only}`],
  ['{ open: true, basic: {} }', `.basic: ${only}`],
  ['{ open: true, basic: { username: a, password: x } }', `: ${only}`],
  ['open', ': must be a map of settings'],
])('says of the caller %s what is wrong in it', (caller, fault) => {
  expect(faultsOf(sound.replace('{ open: true }', caller))).toEqual([
    expect.stringContaining(`tenants.t1.callers[0]${fault}`),
  ]);
});

it.each([
  ['{ step: 5 }', '.step: must be text: put it in quotes'],
  ['{ stpe: x }', '.step: is missing'],
  ['{ then: [{ step: x }] }', ': needs "when" or "step"'],
  ['{ step: x, when: { a: b } }', '.when: may not stand beside "step"'],
  ['{ when: { a: b }, then: [] }', '.then: must list at least 1'],
  ['{ when: { a: b }, then: [{ step: x }], else: [] }', '.else: unknown setting "else"'],
  ['{ when: { a: 5 }, then: [{ step: x }] }', '.when.a: must be text, a list or a map of settings'],
  ['{ when: { a: { present: 5 } }, then: [{ step: x }] }', '.when.a.present: must be true or false'],
  ['{ when: { a: b }, then: [{ when: { a: b }, then: [{}] }] }', '.then[0].then[0].step: is missing'],
])('says of the line %s what is wrong in it', (line, fault) => {
  expect(faultsOf(`${sound}operations: { o: { summary: s, steps: [${line}] } }`)).toEqual([
    expect.stringContaining(`operations.o.steps[0]${fault}`),
  ]);
});

it('says what a name may look like, and which kinds a value may have', () => {
  const text = sound.replace(
    '{ type: built-in }',
    '{ type: built-in, people: { "a b": {}, c: { attributes: { mail: 5 } } } }',
  );
  expect(faultsOf(text)).toEqual([
    expect.stringMatching(/people\["a b"\]: must be 1–64 letters/),
    expect.stringMatching(/people\.c\.attributes\.mail: must be text or a list$/),
  ]);
});

it('gives each unknown setting its own line', () => {
  expect(faultsOf(`one: 1\ntwo: 2${sound}`)).toEqual([
    'main.yaml:1:1: one: unknown setting "one"',
    'main.yaml:2:1: two: unknown setting "two"',
  ]);
});

it('says of a setting without a value that nothing is written', () => {
  expect(faultsOf(`log:${sound}`)).toEqual(['main.yaml:1:1: log: must be a map of settings, but nothing is written']);
});

it('applies a rule over several settings though one of them is wrong', () => {
  expect(faultsOf(sound.replace('port: 0', 'tls: { cert: 5 }'))).toEqual([
    'main.yaml:2:11: listen.tls: needs either cert and key, or pfx',
    'main.yaml:2:18: listen.tls.cert: must be text: put it in quotes',
  ]);
});
