import { describe, expect, it } from 'vitest';
import { isPolicyPattern } from '../../core/bankid-requirement.ts';
import { isPolicyAmong } from './policies.ts';
import { isNameOf } from './relying-party.ts';
import { readSignedData } from './signed-data.ts';

const space = 'http://www.bankid.com/signature/v1.0.0/types';
const data = (inside: string, name = 'Y249YQ==') =>
  `<bankIdSignedData xmlns="${space}" Id="a">${inside}<srvInfo><name>${name}</name></srvInfo>` +
  '<clientInfo><funcId>Identification</funcId></clientInfo></bankIdSignedData>';

describe('what was signed', () => {
  it('is read with its texts, or without', () => {
    const bare = { visible: undefined, nonVisible: undefined, relyingParty: 'cn=a', functionId: 'Identification' };
    expect(readSignedData(data(''))).toEqual(bare);
    const texts = '<usrVisibleData charset="UTF-8">QQ==</usrVisibleData><usrNonVisibleData>Qg==</usrNonVisibleData>';
    expect(readSignedData(data(texts))).toEqual({ ...bare, visible: 'QQ==', nonVisible: 'Qg==' });
  });

  it.each([
    ['two texts', data('<usrVisibleData>QQ==</usrVisibleData><usrVisibleData>Qg==</usrVisibleData>')],
    ['something in a text', data('<usrVisibleData>QQ==<a/></usrVisibleData>')],
    ['two servers', data('<srvInfo><name>Y249Yg==</name></srvInfo>')],
    ['a name that is not Base64', data('', '%')],
    ['a name that is not UTF-8', data('', '/w==')],
    ['another vocabulary', data('').replace(space, 'urn:x')],
    ['another root', data('').replaceAll('bankIdSignedData', 'signedData')],
    ['no purpose', data('').replace(/<clientInfo>.*<\/clientInfo>/, '')],
    ['no XML', 'a'],
  ])('is nothing with %s', (_, text) => {
    expect(readSignedData(text)).toBeUndefined();
  });
});

describe('the name of a relying party', () => {
  const subject = [
    { type: '2.5.4.6', value: 'SE' },
    { type: '2.5.4.10', value: 'Testbank A AB (publ), Göteborg' },
    { type: '2.5.4.5', value: '5566304928' },
    { type: '2.5.4.41', value: 'Test av BankID' },
    { type: '2.5.4.3', value: 'FP Testcert 5' },
  ];

  it('is that of the certificate in whatever order and spelling of its parts', () => {
    const organisation = 'Testbank A AB (publ)\\, Göteborg';
    const name = `cn=FP Testcert 5,name=Test av BankID,serialNumber=5566304928,o=${organisation},c=SE`;
    expect(isNameOf(name, subject)).toBe(true);
    expect(
      isNameOf(`C=SE, O=${organisation}, SERIALNUMBER=5566304928, 2.5.4.41=Test av BankID, CN=FP Testcert 5`, subject),
    ).toBe(true);
  });

  it('is another with a part more, less or other', () => {
    const [country] = subject;
    expect(isNameOf('c=SE', country ? [country] : [])).toBe(true);
    for (const name of ['c=SE,cn=a', 'c=NO', 'cn=SE', '', 'SE', 'c=se']) {
      expect(isNameOf(name, country ? [country] : [])).toBe(false);
    }
    expect(isNameOf('', [])).toBe(false);
  });
});

describe('a policy', () => {
  it('is among those that are spelled out, or begin alike before a star', () => {
    expect(isPolicyAmong('1.2.752.78.1.5', ['1.2.752.78.1.5'])).toBe(true);
    expect(isPolicyAmong('1.2.752.78.1.5', ['1.2.3.4.5', '1.2.752.78.*'])).toBe(true);
    expect(isPolicyAmong('1.2.752.78.1.50', ['1.2.752.78.1.5'])).toBe(false);
    expect(isPolicyAmong('1.2.752.780.1', ['1.2.752.78.*'])).toBe(false);
    expect(isPolicyAmong('1.2.752.78.1.5', [])).toBe(false);
  });

  it('may have its star from the fifth part on', () => {
    for (const text of ['1.2.3', '1.2.752.78.1.5', '1.2.752.78.*']) expect(isPolicyPattern(text)).toBe(true);
    for (const text of ['', '1.2', '1.2.3.*', '*', '1.2.752.78*', '1.2.752.*.5', 'a'])
      expect(isPolicyPattern(text)).toBe(false);
  });
});
