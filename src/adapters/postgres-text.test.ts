import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayOf, fromStored, toStored } from './postgres-text.ts';

const texts = fc.string({ unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', 'ö', '😀') });
const order = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

it('gives every text back, and holds no character 0', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(fromStored(toStored(text))).toBe(text);
      expect(toStored(text)).not.toContain('\0');
    }),
  );
});

it('keeps the order of texts, and what is a beginning of what', () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      expect(order(toStored(one), toStored(other))).toBe(order(one, other));
      expect(toStored(one).startsWith(toStored(other))).toBe(one.startsWith(other));
    }),
  );
});

it('tells the day of an instant, UTC', () => {
  expect(dayOf(Date.UTC(2026, 10, 22, 23, 59, 59, 999))).toBe('2026-11-22');
});
