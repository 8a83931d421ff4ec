import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDateTime } from './xml-date.ts';

it('agrees with the calendar of the language', () => {
  const dates = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      expect(parseDateTime(date.toISOString())).toBe(Math.floor(date.getTime() / 1000) * 1000);
    }),
  );
});

it('knows zones, and takes no zone for UTC', () => {
  const noon = Date.UTC(2024, 1, 29, 12);
  const same = [
    '2024-02-29T12:00:00',
    ' 2024-02-29T12:00:00.5Z',
    '2024-02-29T13:30:00+01:30',
    '2024-02-29T10:00:00-02:00',
  ];
  expect(same.map(parseDateTime)).toEqual([noon, noon, noon, noon]);
});

it.each(['', 'yesterday', '2024-02-29', '2024-13-01T00:00:00Z', '2024-00-01T00:00:00Z', '2024-01-32T00:00:00Z'])(
  'does not read %j',
  (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  },
);
