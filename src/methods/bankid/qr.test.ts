import { expect, it } from 'vitest';
import { newKeyLine, parseKeyRing } from '../../adapters/key-ring.ts';
import { createVault } from '../../adapters/vault.ts';
import { qrDataAt } from './qr.ts';

const vault = createVault(parseKeyRing(newKeyLine(0)));
const receivedAt = 1_700_000_000_123;

/** The example that BankID publishes (QR code guide). */
const published = {
  token: '67df3917-fa0d-44e5-b327-edcc928297f8',
  secret: 'd28db9a7-4cde-429e-a983-359be676944c',
  receivedAt,
};

const codes: readonly (readonly [seconds: number, code: string])[] = [
  [0, 'dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8'],
  [1, '949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2'],
  [2, 'a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3'],
  [5, '56a7bb043d51f8c7aa6828689767b412179a727a6d4e9b7e1c15ded30061bd2f'],
  [29, '26049f2bc12d5b43ebe8bf701e7725abf015d2d8347aa04c924b5793ee4a196c'],
];

it('is the one that BankID publishes, each second', () => {
  for (const [seconds, code] of codes) {
    const text = `bankid.${published.token}.${seconds}.${code}`;
    for (const late of [0, 1, 999]) expect(qrDataAt(published, receivedAt + seconds * 1000 + late, vault)).toBe(text);
  }
});

it('begins anew for nobody whose clock was set back', () => {
  const [[, first]] = codes as [readonly [number, string]];
  expect(qrDataAt(published, receivedAt - 5000, vault)).toBe(`bankid.${published.token}.0.${first}`);
});
