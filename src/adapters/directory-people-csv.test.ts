import { describe, expect, it } from 'vitest';
import { passwordFault, readPeopleCsv } from './directory-people-csv.ts';

describe('readPeopleCsv', () => {
  it('reads people by the names of the columns', () => {
    const text =
      '\uFEFFUser Name;Display-name;MAIL;mobile;Password;costCentre\r\nanna;"Åberg; ""Anna""";a@example.org;;långt nog;17\r\n';
    const attributes = { displayName: ['Åberg; "Anna"'], mail: ['a@example.org'], costCentre: ['17'] };
    expect(readPeopleCsv(text)).toEqual({
      people: [{ line: 2, userName: 'anna', attributes, password: 'långt nog' }],
      faults: [],
    });
  });

  it('takes several columns of one name for several values', () => {
    expect(readPeopleCsv('username,mail,mail\nbo,x,y').people[0]?.attributes).toEqual({ mail: ['x', 'y'] });
    expect(readPeopleCsv('username,constructor,__proto__\nbo,x,y').people[0]?.attributes).toHaveProperty(
      'constructor',
      ['x'],
    );
  });

  it('tells every fault by its line, and repeats no password', () => {
    const text = 'username,password\n\nanna,short\n,long enough\n"bo\ncy,long enough,more\ndi,long\u0007enough';
    expect(readPeopleCsv(text).faults).toEqual([
      { line: 3, message: 'the password must have 8 to 256 characters' },
      { line: 4, message: 'there is no user name' },
      { line: 5, message: 'the quotation marks do not pair' },
      { line: 6, message: 'there are more cells than columns' },
      { line: 7, message: 'the password holds characters that nobody can type' },
    ]);
  });

  it('refuses a header that leaves doubt', () => {
    const faults = ['', 'name,mail\na,b', 'username,user\na,b', 'username,,x\na,b,c'].map(
      (text) => readPeopleCsv(text).faults,
    );
    expect(faults.map((list) => list.length)).toEqual([1, 1, 1, 1]);
  });
});

it('wants passwords that are long enough and can be typed', () => {
  expect(['långtnog', 'x'.repeat(256)].map(passwordFault)).toEqual([undefined, undefined]);
  expect(['', 'sju..tk', 'x'.repeat(257), 'with\ttabs'].map((text) => passwordFault(text) !== undefined)).toEqual([
    true,
    true,
    true,
    true,
  ]);
});
