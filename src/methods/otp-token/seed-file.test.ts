import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seedCipher as cipher } from '../../adapters/seed-cipher.ts';
import { container, keyPackage, passwordDocument, preSharedDocument } from './fixtures/pskc-documents.ts';
import { readSeedFile } from './seed-file.ts';

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const read = (text: string) => readSeedFile(text, { cipher });

it.each([
  ['a PSKC document', container(keyPackage({ serial: 'A1' }))],
  ['a PSKC document after a byte order mark', `\ufeff${container(keyPackage({ serial: 'A1' }))}`],
  ['a table', `A1,${base32}`],
  ['a table after a byte order mark', `\ufeff# serial,seed\r\n"A1",${base32}`],
  ['a list of key URIs', `# list\n OTPAUTH://totp/A1?secret=${base32}`],
])('finds out that a file is %s', (_, text) => {
  expect(read(text)).toMatchObject({ seeds: [{ seed: { id: 'A1' } }], faults: [] });
});

it('believes the caller about the format', () => {
  expect(readSeedFile(`A1,${base32}`, { cipher, format: 'uris' }).faults).toMatchObject([{ line: 1 }]);
});

it.each(['', '\n\n', '# nothing', 'serial,secret', container('')])('finds a fault in a file without tokens', (text) => {
  expect(read(text).faults).toEqual([{ line: 1, message: 'there is no token in the file', fatal: true }]);
});

it('refuses a file in another encoding or of more than sixteen megabytes', () => {
  expect(read([...`A1,${base32}`].join('\0')).faults).toMatchObject([{ message: 'the file is not text in UTF-8' }]);
  expect(read('#'.repeat(16 * 1024 * 1024 + 1)).faults).toMatchObject([{ message: 'the file is larger than 16 MB' }]);
});

it('stops at very many faults', () => {
  const { faults } = read('x\n'.repeat(8_000_000));
  expect(faults.length).toBeLessThan(20_000);
  expect(faults.at(-1)).toMatchObject({ fatal: true });
});

it.each([
  ['empty lines', '\n'.repeat(16_000_000)],
  ['separators', `${',;\t'.repeat(2500)}\n`.repeat(2100)],
  ['quotation marks', `${'"'.repeat(8000)}\n`.repeat(2000)],
  ['spaces before quotation marks', `${' '.repeat(8000)}"\n`.repeat(2000)],
  ['one line', 'x'.repeat(16_000_000)],
  ['Base32 padding', `a,${'='.repeat(8000)}A\n`.repeat(2000)],
  ['labels', `otpauth://totp/${'%3A:'.repeat(2000)}?${'&'.repeat(100)}\n`.repeat(1900)],
  ['angle brackets', '<'.repeat(16_000_000)],
  ['a comment without end', `<!--${'-a'.repeat(8_000_000)}`],
  ['entities', `<a>${'&amp;'.repeat(3_200_000)}</a>`],
  ['a huge value', container(keyPackage({ secret: `<PlainValue>${'AAAA'.repeat(4_000_000)}</PlainValue>` }))],
  ['a huge document type', `<!DOCTYPE ${'[a]'.repeat(5_000_000)}`],
  ['comments', '<!---->'.repeat(2_200_000)],
])('is soon done with sixteen megabytes of %s', (_, text) => {
  // Were it to take the square of the length, the test would run out of time.
  expect(read(text).faults.length).toBeGreaterThan(0);
});

const pieces = fc.constantFrom(
  ...[
    '<',
    '>',
    '</',
    '"',
    "'",
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    '#',
    '=',
    '&',
    '%',
    ':',
    '?',
    '\ufeff',
    ' ',
    'hex:',
    base32,
    '0',
  ],
  ...[
    'otpauth://',
    'totp',
    'hotp/',
    'secret',
    'serial',
    'counter',
    'KeyContainer',
    'xmlns',
    '<![CDATA[',
    '<!DOCTYPE',
    '<?xml',
    '&lt;',
  ],
);
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
);
const files = [
  container(keyPackage()),
  preSharedDocument(),
  passwordDocument(),
  `serial,seed\nA1,${base32}`,
  `otpauth://totp/a?secret=${base32}`,
];
const damaged = fc
  .record({ file: fc.constantFrom(...files), at: fc.nat(3000), cut: fc.nat(40), put: garbage })
  .map(({ file, at, cut, put }) => file.slice(0, at % file.length) + put + file.slice((at % file.length) + cut));

it('reports on any text, whatever it is taken for', () => {
  const formats = fc.constantFrom(undefined, 'pskc' as const, 'csv' as const, 'uris' as const);
  fc.assert(
    fc.property(fc.oneof(garbage, damaged), formats, (text, format) => {
      const keys = { preSharedKey: new Uint8Array(16), password: 'x' };
      const { seeds, faults } = readSeedFile(text, { cipher, format, ...keys });
      expect(seeds.length + faults.length).toBeGreaterThan(0);
    }),
    { numRuns: 1500 },
  );
});

it('never repeats a secret in what it says, even when columns are mixed up', () => {
  const cells = fc.shuffledSubarray(
    ['A1', base32, 'totp', '9', 'x', `otpauth://totp/a?secret=${base32}1`, `"${base32}`],
    { minLength: 2 },
  );
  const headers = fc.constantFrom(
    '',
    'serial,secret,counter\n',
    'secret,serial,type\n',
    `serial,secret,${base32}\n`,
    `<${base32}>`,
  );
  fc.assert(
    fc.property(headers, cells, cells, (header, first, second) => {
      const { faults, warnings } = read(`${header}${first.join(',')}\n${second.join(',')}`);
      expect([...faults, ...warnings].map(({ message }) => message).join()).not.toMatch(/GEZD/i);
    }),
  );
});
