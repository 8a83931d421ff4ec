import { describe, expect, it } from 'vitest';
import { startLink, wayBack } from './start-link.ts';
import { inTwelveDigits, isAskedPerson, isHsaId, isSameId, whomToAsk } from './who.ts';

describe('whom to ask for', () => {
  it.each([
    ['a personal number', '199001012385', '199001012385'],
    ['one with a hyphen', '19900101-2385', '199001012385'],
    ['one with blanks', ' 1990 01 01-2385 ', '199001012385'],
    ['an HSA-id', 'SE2321000016-T005', 'SE2321000016-T005'],
    ['a user principal name', ' astrid.oberg@example.test', 'astrid.oberg@example.test'],
    ['nobody', '', ''],
    ['nobody said', undefined, ''],
  ])('is sent for %s', (_, given, sent) => {
    expect(whomToAsk(given, 'twelve-digits', 'pnr')).toBe(sent);
  });

  it.each([
    ['a personal number of ten digits', '900101-2385'],
    ['digits without end', '1'.repeat(13)],
    ['blanks alone', '  '],
    ['a line end', 'a\nb'],
    ['text that XML cannot hold', 'a\uFFFEb'],
    ['text beyond all measure', 'a'.repeat(256)],
  ])('is refused for %s', (_, given) => {
    const refused = expect.objectContaining({ code: 'property-invalid', property: 'who' });
    expect(() => whomToAsk(given, 'twelve-digits', 'who')).toThrow(refused);
  });

  it('is sent as given where the server wants it so', () => {
    expect(whomToAsk('900101-2385', 'as-given', 'pnr')).toBe('900101-2385');
  });
});

describe('who it is', () => {
  it('is the same however a personal number is written, and whatever the case of an id', () => {
    expect(inTwelveDigits('19900101-2385')).toBe('199001012385');
    expect(inTwelveDigits('SE2321000016-T005')).toBe('SE2321000016-T005');
    expect(isSameId('19900101-2385', '199001012385')).toBe(true);
    expect(isSameId('se2321000016-t005', 'SE2321000016-T005')).toBe(true);
    expect(isSameId('Astrid@Example.test', 'astrid@example.test ')).toBe(true);
    expect(isSameId('199001012385', '199010102383')).toBe(false);
  });

  it('may stand in any of the identifiers', () => {
    expect(isAskedPerson('SE2321000016-T005', ['199001012385', 'se2321000016-t005'])).toBe(true);
    expect(isAskedPerson('SE2321000016-T005', ['199001012385', 'SE2321000016-T006'])).toBe(false);
    expect(isAskedPerson('199001012385', [])).toBe(false);
  });

  it('is somebody else when one of them is another personal number than was asked for', () => {
    expect(isAskedPerson('199001012385', ['199010102383', '199001012385'])).toBe(false);
    expect(isAskedPerson('199001012385', ['SE2321000016-T005', '19900101-2385'])).toBe(true);
  });

  it('is an HSA-id only in the form of one', () => {
    expect(['SE2321000016-T005', 'se2321000016-ab'].every(isHsaId)).toBe(true);
    expect(['SE232100-T005', 'SE2321000016-', '199001012385', 'xSE2321000016-T005'].some(isHsaId)).toBe(false);
  });
});

describe('the link that starts the app', () => {
  it('has the reference and the way back in it, encoded', () => {
    // The form of the link: vendor's developer pages, use case for apps.
    expect(startLink('netid:///', 'a b/+=', wayBack(undefined))).toBe(
      'netid:///?autostarttoken=a%20b%2F%2B%3D&redirect=null',
    );
    expect(startLink('netid:///', 'r', wayBack('https://example.org/a?b=c&d'))).toBe(
      'netid:///?autostarttoken=r&redirect=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d',
    );
    expect(wayBack('googlechrome:')).toBe('googlechrome:');
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['a document', 'DATA:text/html,x'],
    ['no address', '/back'],
    ['a blank in it', 'https://example.org/a b'],
    ['a control character', 'https://example.org/\u0007'],
    ['an address beyond all measure', `https://example.org/${'a'.repeat(2000)}`],
  ])('does not lead to %s', (_, back) => {
    expect(() => wayBack(back)).toThrow(expect.objectContaining({ code: 'property-invalid', property: 'redirect' }));
  });
});
