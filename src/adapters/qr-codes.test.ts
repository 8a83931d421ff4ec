import { expect, it } from 'vitest';
import { qrCodes } from './qr-codes.ts';

const text =
  'bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8';

/** Modules across an SVG of ours, with what is left light around them. */
function sizeOf(svg: string): number {
  return Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
}

it('draws an SVG that is drawn the same again, and differs for another text', async () => {
  const svg = await qrCodes.svg(text);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(await qrCodes.svg(text)).toBe(svg);
  expect(await qrCodes.svg(`${text}0`)).not.toBe(svg);
});

it('is no larger than bytes at the lowest level of correction need', async () => {
  // Version 6 (41 modules) holds 134 bytes at level L (ISO/IEC 18004 table 7), 106 at level M; two light modules on each side.
  expect(sizeOf(await qrCodes.svg(text))).toBe(41 + 4);
});

it('draws a PNG', async () => {
  const png = await qrCodes.png(text);
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect(Buffer.from(png).readUInt32BE(16)).toBe(300);
});

it('refuses a text that no QR code holds', async () => {
  await expect(qrCodes.svg('x'.repeat(2953))).resolves.toContain('<svg');
  await expect(qrCodes.svg('x'.repeat(2954))).rejects.toThrow('too big');
});
