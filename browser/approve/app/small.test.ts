import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../kit/language.ts';
import { clockFace } from '../../kit/remaining.ts';
import { readWakeUp } from '../worker/wake-up.ts';
import { guessDeviceName } from './device-name.ts';
import { codeIn } from './invitation-code.ts';
import { words } from './words/index.ts';

describe('the code of an invitation', () => {
  it.each([
    ['https://login.example.org/approve/#kGfYq3v1Zr0u8mXh2sJ5Tw', 'kGfYq3v1Zr0u8mXh2sJ5Tw'],
    ['  kGfYq3v1Zr0u8mXh2sJ5Tw\n', 'kGfYq3v1Zr0u8mXh2sJ5Tw'],
    ['#kGfYq3v1Zr0u8mXh2sJ5Tw', 'kGfYq3v1Zr0u8mXh2sJ5Tw'],
    ['https://login.example.org/approve/', undefined],
    ['#main', undefined],
    ['#<script>alert(1)</script>', undefined],
    ['', undefined],
  ])('in %j is %s', (text, code) => expect(codeIn(text)).toBe(code));
});

describe('the time that is left', () => {
  it.each([
    [60_000, '1:00'],
    [59_001, '1:00'],
    [7000, '0:07'],
    [1, '0:01'],
    [0, '0:00'],
    [-5000, '0:00'],
    [599_999, '10:00'],
  ])('%i ms is %s', (ms, face) => expect(clockFace(ms)).toBe(face));
});

describe('the name of a device to begin with', () => {
  it.each([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/156.0.0.0 Mobile Safari/537', 'Chrome on Android'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/156.0.0.0 Safari/537 Edg/156.0', 'Edge on Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0', 'Firefox on Linux'],
    ['something new', ''],
  ])('from %j is %j', (userAgent, name) => expect(guessDeviceName(userAgent, 'on')).toBe(name));
});

describe('a wake-up', () => {
  it('is read as the protocol has it, and is nothing otherwise', () => {
    const payload = { v: 1, t: 'assignment', d: 'device', e: 1_795_348_865 };
    const read = { assignment: 'assignment', device: 'device', endsAt: 1_795_348_865_000 };
    expect(readWakeUp(JSON.stringify(payload))).toEqual(read);
    for (const other of ['', 'null', '7', '{}', JSON.stringify({ ...payload, v: 2 })]) {
      expect(readWakeUp(other)).toBeUndefined();
    }
  });
});

describe('the language', () => {
  it('is the first one wanted that the app speaks', () => {
    expect(chooseLanguage(['de', 'sv-FI', 'en'])).toBe('sv');
    expect(chooseLanguage(['en-US', 'sv'])).toBe('en');
    expect(chooseLanguage([undefined, 'fr'])).toBe('en');
  });

  it('has no entry that was left in the other one', () => {
    const texts = (of: object) => Object.entries(of).filter(([, value]) => typeof value === 'string');
    const swedish = new Map(texts(words.sv));
    const same = texts(words.en).filter(([name, text]) => swedish.get(name) === text);
    expect(same.map(([name]) => name)).toEqual(['server']);
  });
});
