import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toBase32 } from './base32.ts';
import { parseHex } from './bytes-text.ts';
import type { TokenSeed } from './seed.ts';
import { readCsv } from './seed-csv.ts';

const hex = '3132333435363738393031323334353637383930';
const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const secret = parseHex(hex);
const hotp = { id: 'A1', type: 'hotp', secret, algorithm: 'SHA1', digits: 6, periodSeconds: 30, counter: 0 };

const seedsIn = (text: string) => readCsv(text).seeds.map(({ seed }) => seed);
const remarks = (list: readonly { line: number; message: string }[]) =>
  list.map(({ line, message }) => `${line} ${message}`);

it('reads serial, seed and counter as hotp tokens', () => {
  expect(readCsv(`A1,${hex},0\nA2,${base32},7\n`)).toEqual({
    seeds: [
      { line: 1, seed: hotp },
      { line: 2, seed: { ...hotp, id: 'A2', counter: 7 } },
    ],
    faults: [],
    warnings: [],
  });
});

it.each([
  ['no counter', `A1,${hex}`],
  ['an empty counter', `A1,${hex},`],
  ['semicolons', `A1;${hex};0`],
  ['tabs', `A1\t${hex}\t0`],
  ['other line ends, comments and empty lines', `# serial,seed\r\n\r\n \r\nA1,${hex},0\r\n`],
  ['quotation marks', `"A1", "${hex}" ,"0"`],
  ['a prefix', `A1,hex:${hex}`],
  ['a prefix for Base32', `A1,base32:${base32.toLowerCase()}`],
  ['groups', `A1,${hex.replace(/(.{4})/g, '$1 ')},0`],
  ['a header', `Serial Number,Moving Factor,Seed\nA1,0,${hex}`],
  ['the long form without a header', `A1,${hex},HOTP,6,0`],
])('reads a list with %s', (_, text) => {
  expect(readCsv(text)).toMatchObject({ faults: [], warnings: [] });
  expect(seedsIn(text)).toEqual([hotp]);
});

it('reads the long form, whose fifth column is the period or the counter', () => {
  const [first, second] = seedsIn(`A1,${hex},TOTP,8,60\nA2,${hex},hotp,6,60,anna\n`);
  expect(first).toMatchObject({ type: 'totp', digits: 8, periodSeconds: 60, counter: 0 });
  expect(second).toMatchObject({ type: 'hotp', digits: 6, periodSeconds: 30, counter: 60, user: 'anna' });
});

it('reads columns in the order of the header', () => {
  const [seed] = seedsIn(`username;algorithm;time_step;type;length;key;serial\nanna;sha256;60;totp;8;${hex};A1`);
  expect(seed).toEqual({ ...hotp, type: 'totp', algorithm: 'SHA256', digits: 8, periodSeconds: 60, user: 'anna' });
});

it('takes a row with a period and no type for totp', () => {
  expect(seedsIn(`serial,secret,period\nA1,${hex},60`)).toMatchObject([{ type: 'totp', periodSeconds: 60 }]);
});

it('takes what the columns do not say from the defaults', () => {
  const { seeds } = readCsv(`A1,${hex}`, { type: 'totp', digits: 8, periodSeconds: 60, algorithm: 'SHA512' });
  expect(seeds).toMatchObject([{ seed: { type: 'totp', digits: 8, periodSeconds: 60, algorithm: 'SHA512' } }]);
});

it('tells the line of every fault at once, and still reads the rest', () => {
  const text = `A1,${hex},0\nA2,${base32}1,0\n\nA3,,0\nA4,${hex},x\nA1,${hex},0\n,${hex},0\n"A6,${hex},0\nA7,${hex},0,6,0,x,y\nA8,${hex}`;
  const report = readCsv(text);
  expect(report.seeds.map(({ line }) => line)).toEqual([1, 10]);
  expect(remarks(report.faults)).toEqual([
    expect.stringMatching(/^2 .*Base32/),
    '4 there is no secret',
    expect.stringMatching(/^5 the counter is not a whole number/),
    '6 the serial number is on line 1 already',
    '7 there is no serial number',
    expect.stringMatching(/^8 the quotation marks/),
    expect.stringMatching(/^9 there are more than/),
  ]);
});

it('refuses a header that leaves the serial number out or names a column twice', () => {
  expect(remarks(readCsv(`user,secret\nanna,${hex}`).faults)).toEqual([
    '1 the header names no column for the serial number',
  ]);
  expect(remarks(readCsv(`serial,secret,seed\nA1,${hex},${hex}`).faults)).toEqual([
    '1 the header names two columns for the secret',
  ]);
});

it('says which columns it ignored, and warns of odd secrets', () => {
  const { warnings } = readCsv(`serial,secret,colour\nA1,${base32}MZ,blue\nA2,GEZDGNBVGY3TQOJR,red`);
  expect(remarks(warnings)).toEqual([
    expect.stringMatching(/^1 column 3/),
    expect.stringMatching(/^2 .*last byte/),
    expect.stringMatching(/^3 .*shorter than the 16 bytes/),
  ]);
});

it('takes few hexadecimal digits for them only when told', () => {
  expect(readCsv('A1,3132333435363738393031323334').faults).toHaveLength(1);
  expect(seedsIn('A1,hex:3132333435363738393031323334')).toMatchObject([{ secret: secret.subarray(0, 14) }]);
});

it('reads back any list', () => {
  const cell = fc.string({ maxLength: 12 }).map((text) => text.trim());
  const seeds = fc.record({
    id: cell.filter((text) => text !== ''),
    type: fc.constantFrom('totp' as const, 'hotp' as const),
    secret: fc.uint8Array({ minLength: 16, maxLength: 64 }),
    algorithm: fc.constantFrom('SHA1' as const, 'SHA256' as const, 'SHA512' as const),
    digits: fc.integer({ min: 6, max: 10 }),
    periodSeconds: fc.integer({ min: 1, max: 3600 }),
    counter: fc.maxSafeNat(),
  });
  const lists = fc.uniqueArray(seeds, { selector: ({ id }) => id, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lists, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), (list, separator, end) => {
      const rows = list.map((seed) => [
        `"${seed.id.replaceAll('"', '""')}"`,
        secretText(seed),
        seed.type,
        seed.digits,
        seed.algorithm,
        seed.periodSeconds,
        seed.counter,
      ]);
      const text = [['serial', 'secret', 'type', 'digits', 'hash', 'period', 'counter'], ...rows]
        .map((row) => row.join(separator))
        .join(end);
      const expected = list.map((seed) => ({
        ...seed,
        ...(seed.type === 'totp' ? { counter: 0 } : { periodSeconds: 30 }),
      }));
      expect(readCsv(text).faults).toEqual([]);
      expect(seedsIn(text)).toEqual(expected);
    }),
  );
});

function secretText({ secret: bytes, digits }: Pick<TokenSeed, 'secret' | 'digits'>): string {
  return digits % 2 === 0
    ? `base32:${toBase32(bytes)}`
    : [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
