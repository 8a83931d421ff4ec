import { describe, expect, it } from 'vitest';
import { newCode, parseCode } from './code.ts';

describe('what was typed', () => {
  it.each([
    ['755224', '755224'],
    [' 755 224 ', '755224'],
    ['755-224', '755224'],
    ['0000000000', '0000000000'],
    ['7552', '7552'],
  ])('is a code: "%s"', (typed, code) => {
    expect(parseCode(typed)).toBe(code);
  });

  it.each([
    '',
    '755',
    '75522400000',
    '7-5-5224',
    '7-5-52',
    '755.224',
    '+755224',
    '7.5e10',
    '0x75522',
    '٧٥٥٢٢٤',
    '７５５２２４',
    '755224\n',
    '755\u00a0224',
    '755\u0000224',
  ])('is no code: %j', (typed) => {
    expect(parseCode(typed)).toBeUndefined();
  });
});

describe('a new code', () => {
  const bytesOf = (...list: readonly number[][]) => {
    const left = [...list];
    return { bytes: () => Uint8Array.from(left.shift() ?? []) };
  };

  it('has as many digits as it is told to, noughts in front of them too', () => {
    expect(newCode(6, bytesOf([0, 0, 0, 0, 0, 42]))).toBe('000042');
    expect(newCode(10, bytesOf([0, 0, 0, 0, 1, 0]))).toBe('0000000256');
  });

  it('is drawn again where some codes would otherwise be likelier than others', () => {
    expect(newCode(6, bytesOf([255, 255, 255, 255, 255, 255], [0, 0, 0, 0, 0, 7]))).toBe('000007');
  });
});
