import { describe, expect, it } from 'vitest';
import type { Asked } from './order.ts';
import { checkResult } from './result.ts';

const at = Date.UTC(2026, 10, 22);
const asked: Asked = { userInfoType: 'SSN', identifier: '199001012385', country: 'SE', level: 'EXTENDED' };
const expected = { ref: 'ref', asked, at, skewMs: 300_000 };
const payload = {
  authRef: 'ref',
  status: 'APPROVED',
  userInfoType: 'SSN',
  userInfo: '{"country":"SE","ssn":"199001012385"}',
  minRegistrationLevel: 'EXTENDED',
  timestamp: at,
};
const check = (changes: object = {}, more: Partial<typeof expected> = {}) =>
  checkResult(JSON.stringify({ ...payload, ...changes }), { ...expected, ...more });
const asking = (changes: Partial<Asked>) => ({ asked: { ...asked, ...changes } });

describe('a signed result', () => {
  it('of the person who was asked for counts', () => {
    expect(check()).toMatchObject({ identity: { ssn: '199001012385', country: 'SE', givenName: '' } });
  });

  it.each([
    ['JSON text', payload.userInfo],
    ['an object', JSON.parse(payload.userInfo)],
    ['Base64 of JSON', btoa(payload.userInfo)],
  ])('may name the person by %s', (_, userInfo) => {
    expect(check({ userInfo })).toHaveProperty('identity');
  });

  it.each([
    ['another reference', { authRef: 'other' }, 'reference-mismatch'],
    ['no approval', { status: 'REJECTED' }, 'status-mismatch'],
    ['a lower level', { minRegistrationLevel: 'BASIC' }, 'level-too-low'],
    ['a level nobody knows', { minRegistrationLevel: 'INFERRED' }, 'level-too-low'],
    ['a person of a lower level', { requestedAttributes: { registrationLevel: 'BASIC' } }, 'level-too-low'],
    ['another person', { userInfo: '{"country":"SE","ssn":"198611062384"}' }, 'person-mismatch'],
    ['the number of another country', { userInfo: '{"country":"NO","ssn":"199001012385"}' }, 'person-mismatch'],
    [
      'the attributes of another person',
      { requestedAttributes: { ssn: { country: 'SE', ssn: '198611062384' } } },
      'person-mismatch',
    ],
    [
      'another person than its attributes',
      {
        userInfo: '{"country":"SE","ssn":"198611062384"}',
        requestedAttributes: { ssn: { country: 'SE', ssn: '199001012385' } },
      },
      'person-mismatch',
    ],
    ['somebody asked for by something else', { userInfoType: 'INFERRED' }, 'person-mismatch'],
    ['nobody', { userInfo: null }, 'person-mismatch'],
    ['an old time', { timestamp: at - 300_001 }, 'time-mismatch'],
    ['a time to come', { timestamp: at + 300_001 }, 'time-mismatch'],
    ['no time', { timestamp: undefined }, 'details-unreadable'],
    ['no reference', { authRef: undefined }, 'details-unreadable'],
  ])('with %s counts for nothing', (_, changes, word) => {
    expect(check(changes)).toEqual({ word });
  });

  it.each(['', 'approved', 'null', '[]', '"APPROVED"'])('that is no object counts for nothing %#', (text) => {
    expect(checkResult(text, expected)).toEqual({ word: 'details-unreadable' });
  });

  it('counts by a higher level than was asked for', () => {
    expect(check({ minRegistrationLevel: 'PLUS' })).toHaveProperty('identity');
  });

  it('names addresses whatever their case, and everything else exactly', () => {
    const mail = { userInfoType: 'EMAIL', userInfo: 'Astrid@Example.com' };
    expect(check(mail, asking({ userInfoType: 'EMAIL', identifier: 'astrid@example.com' }))).toMatchObject({
      identity: { mail: 'astrid@example.com', ssn: '' },
    });
    const own = { userInfoType: 'ORG_ID', userInfo: 'E1' };
    expect(check(own, asking({ userInfoType: 'ORG_ID', identifier: 'E1' }))).toMatchObject({
      identity: { organisationIdIdentifier: 'E1' },
    });
    expect(check(own, asking({ userInfoType: 'ORG_ID', identifier: 'e1' }))).toEqual({ word: 'person-mismatch' });
    const phone = { userInfoType: 'PHONE', userInfo: '+46701740606' };
    expect(check(phone, asking({ userInfoType: 'PHONE', identifier: '+46701740605' }))).toEqual({
      word: 'person-mismatch',
    });
  });

  it('tells what was asked for, of whoever scanned the code', () => {
    const requestedAttributes = {
      basicUserInfo: { name: 'Astrid', surname: 'Öberg' },
      ssn: { country: 'SE', ssn: '199001012385' },
      allEmailAddresses: [{ emailAddress: 'a@example.com' }, { emailAddress: 'b@example.com' }],
      allPhoneNumbers: [{ phoneNumber: '+46701740605' }],
      organisationId: { identifier: 'E1', issuerCode: 'X' },
      age: 36,
      loaLevel: 'LOA3',
      photo: 'not handed on',
    };
    const scanned = { userInfoType: 'INFERRED', userInfo: 'N/A', requestedAttributes };
    expect(check(scanned, asking({ userInfoType: 'INFERRED', identifier: 'N/A' }))).toEqual({
      identity: {
        ssn: '199001012385',
        country: 'SE',
        givenName: 'Astrid',
        sn: 'Öberg',
        mail: 'a@example.com',
        mobile: '+46701740605',
        organisationIdIdentifier: 'E1',
        organisationIdIssuer: 'X',
        age: '36',
        loaLevel: 'LOA3',
      },
    });
  });
});
