import { expect, it } from 'vitest';
import { toKeyUri } from './key-uri.ts';
import { readUris } from './seed-uris.ts';

const secret = new TextEncoder().encode('12345678901234567890');
const base = { type: 'totp', secret, algorithm: 'SHA256', digits: 8, periodSeconds: 60, counter: 0 } as const;
const anna = toKeyUri({ ...base, issuer: 'Exempel AB', account: 'anna' });
const bo = toKeyUri({ ...base, type: 'hotp', issuer: '', account: 'bo', counter: 9 });

it('reads one token a line, named by its account', () => {
  const { seeds, faults } = readUris(`# två nycklar\r\n${anna}\r\n\r\n${bo}`);
  expect(faults).toEqual([]);
  expect(seeds).toEqual([
    { line: 2, seed: { ...base, id: 'anna', user: 'anna', name: 'Exempel AB' } },
    { line: 4, seed: { ...base, id: 'bo', user: 'bo', type: 'hotp', periodSeconds: 30, counter: 9 } },
  ]);
});

it('takes the serial number where there is one', () => {
  expect(readUris(`${anna}&serial=A1`).seeds).toMatchObject([{ seed: { id: 'A1', user: 'anna' } }]);
});

it('reports faults and repeated accounts with their lines', () => {
  const { seeds, faults } = readUris(`${anna}\nanna,AAAA\n${anna}\notpauth://totp/x?secret=0${'A'.repeat(9000)}`);
  expect(seeds).toHaveLength(1);
  expect(faults).toEqual([
    { line: 2, message: expect.stringContaining('not an otpauth:// URI') },
    { line: 3, message: 'the serial number is on line 1 already' },
    { line: 4, message: expect.stringContaining('longer than') },
  ]);
});
