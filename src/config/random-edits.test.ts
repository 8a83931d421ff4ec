import fc from 'fast-check';
import { expect, it } from 'vitest';
import { faultsOf } from './trial.ts';

const valid = `
listen: { host: 127.0.0.1, port: 0 }
realms:
  default: &realm
    directories:
      - type: built-in
        people:
          wgretzky:
            attributes: { mail: [a@example.com, "b"] }
            tokens: [{ type: totp, id: T1, secret: GEZDGNBVGY3TQOJQGEZDGNBVGY }]
tenants:
  t1:
    operations: [mine]
    callers: [{ basic: { username: a, password: "\${env:A:-b}" } }, { open: true }]
operations:
  mine:
    summary: >
      My own
    steps:
      - when: { input.otp: { present: true } }
        then: [{ step: find-user, text: "\${input.username}" }]
`;

const scraps = [
  '\n',
  ' ',
  '  ',
  '\t',
  ':',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '*realm',
  '!',
  '!!',
  '%',
  '|',
  '>',
  '?',
  ',',
  '<<: *realm',
  '---\n',
  '...',
  '@',
  '`',
  '~',
  'null',
  'true',
  '.inf',
  '-1',
  '${',
  '${env:',
  '${file:',
  '${file:.}',
  '\\',
  '\0',
  '\u2028',
  '\ufeff',
  'include: x',
  'include: "*.yaml"',
  '__proto__',
  'constructor',
];

const edit = fc.record({
  at: fc.nat(valid.length),
  remove: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...scraps), fc.string({ unit: 'binary', maxLength: 3 })),
});

it('answers any edit of a configuration with settings or faults, never anything else', () => {
  expect(faultsOf(valid)).toEqual([]);
  const edited = fc.array(edit, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(edited, (edits) => {
      const text = edits.reduce(
        (was, { at, remove, insert }) => was.slice(0, at) + insert + was.slice(at + remove),
        valid,
      );
      for (const line of faultsOf(text)) expect(line).toMatch(/^main\.yaml:[1-9]\d*:[1-9]\d*: .+$/);
    }),
    { numRuns: 200 },
  );
});
