import { describe, expect, it } from 'vitest';
import { toOrder, toUserInfo } from './order.ts';

const whole = {
  attributesToGet: 'BASIC_USER_INFO,SSN',
  reqiredRegistrationLevel: 'EXTENDED',
  userInfoType: 'SSN',
  userIdentifier: '199001011239',
};

/** The property a request is refused for, and how. */
function refusal(
  changes: Readonly<Record<string, string | undefined>>,
  context: 'personal' | 'organisation' = 'personal',
) {
  try {
    toOrder({ ...whole, ...changes }, context);
    return undefined;
  } catch (error) {
    const { code, property } = error as { code: string; property: string };
    return `${code} ${property}`;
  }
}

describe('a start', () => {
  it('asks for a person by number, as the vendor’s client does', () => {
    const order = toOrder(whole, 'personal');
    expect(order).toMatchObject({ level: 'EXTENDED', attributes: ['BASIC_USER_INFO', 'SSN'] });
    expect(toUserInfo(order)).toBe('eyJjb3VudHJ5IjoiU0UiLCJzc24iOiIxOTkwMDEwMTEyMzkifQ==');
  });

  it('takes the right spelling of the level, and words in any case', () => {
    const { reqiredRegistrationLevel: _, ...rest } = whole;
    const given = {
      ...rest,
      requiredRegistrationLevel: 'plus',
      userInfoType: 'email',
      userIdentifier: ' a@b.example ',
    };
    expect(toOrder(given, 'personal')).toMatchObject({
      level: 'PLUS',
      userInfoType: 'EMAIL',
      identifier: 'a@b.example',
    });
  });

  it.each(['attributesToGet', 'reqiredRegistrationLevel', 'userInfoType', 'userIdentifier'])('needs %s', (property) => {
    expect(refusal({ [property]: undefined })).toBe(`property-missing ${property}`);
  });

  it('needs no identifier for whoever scans the code', () => {
    const { userIdentifier: _, ...rest } = whole;
    expect(toOrder({ ...rest, userInfoType: 'INFERRED' }, 'personal')).toMatchObject({ identifier: 'N/A' });
    expect(toOrder({ ...whole, userInfoType: 'INFERRED' }, 'personal')).toMatchObject({ identifier: 'N/A' });
  });

  it.each([
    ['a type nobody knows', { userInfoType: 'SHOE' }, 'userInfoType'],
    ['an organisation’s id where personal eIDs are asked', { userInfoType: 'ORG_ID' }, 'userInfoType'],
    ['a level nobody knows', { reqiredRegistrationLevel: 'HIGH' }, 'reqiredRegistrationLevel'],
    ['the vendor’s level that says nothing', { reqiredRegistrationLevel: 'INFERRED' }, 'reqiredRegistrationLevel'],
    ['an attribute nobody knows', { attributesToGet: 'SSN,toString' }, 'attributesToGet'],
    ['a number without its century', { userIdentifier: '9001011239' }, 'userIdentifier'],
    ['a number whose check digit is wrong', { userIdentifier: '199001011238' }, 'userIdentifier'],
    ['a country of three letters', { country: 'SWE' }, 'country'],
    ['an address without @', { userInfoType: 'EMAIL', userIdentifier: 'a' }, 'userIdentifier'],
    ['a number without its country', { userInfoType: 'PHONE', userIdentifier: '0701740605' }, 'userIdentifier'],
    ['an empty identifier', { userInfoType: 'UPI', userIdentifier: ' ' }, 'userIdentifier'],
    ['a very long identifier', { userInfoType: 'UPI', userIdentifier: 'x'.repeat(257) }, 'userIdentifier'],
    ['control characters', { userInfoType: 'UPI', userIdentifier: 'a\u0000b' }, 'userIdentifier'],
  ])('with %s is refused', (_, changes, property) => {
    expect(refusal(changes)).toBe(`property-invalid ${property}`);
  });

  it.each([
    [{ userInfoType: 'SSN', userIdentifier: '19900101-1239' }, '199001011239'],
    [{ userInfoType: 'SSN', userIdentifier: '010190-12345', country: 'no' }, '010190-12345'],
    [{ userInfoType: 'PHONE', userIdentifier: '0046 70-174 06 05' }, '+46701740605'],
    [{ userInfoType: 'UPI', userIdentifier: 'upi-1' }, 'upi-1'],
  ])('takes what is written in another way %#', (changes, identifier) => {
    expect(toOrder({ ...whole, ...changes }, 'personal').identifier).toBe(identifier);
  });

  it('takes an organisation’s id, and no attribute at all', () => {
    const given = { ...whole, userInfoType: 'ORG_ID', userIdentifier: 'E1', attributesToGet: ' ,' };
    expect(toOrder(given, 'organisation')).toMatchObject({ userInfoType: 'ORG_ID', attributes: [] });
  });
});
