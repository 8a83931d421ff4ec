import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testPeople } from '../../simulator-kit/people.ts';
import { toOrder } from './order.ts';
import { orderSettings } from './order-settings.ts';
import type { Purpose } from './wire.ts';

const [astrid] = testPeople;
const pnr = astrid.personalNumber;

/** The order that a request makes with these settings. */
function order(
  input: Readonly<Record<string, string>>,
  settings: object = {},
  purpose: Purpose = 'auth',
  address = '192.0.2.1',
) {
  return toOrder(purpose, input, z.strictObject(orderSettings).parse(settings), address);
}

describe('whose address is told', () => {
  it('is the property’s where there is one, and the caller’s otherwise', () => {
    expect(order({ endUserIp: '198.51.100.7' })).toEqual({ endUserIp: '198.51.100.7' });
    expect(order({})).toEqual({ endUserIp: '192.0.2.1' });
    expect(order({}, {}, 'auth', '::ffff:192.0.2.7')).toEqual({ endUserIp: '192.0.2.7' });
    expect(order({ endUserIp: '198.51.100.7' }, { endUserIp: 'caller' })).toEqual({ endUserIp: '192.0.2.1' });
  });

  it('must be in the request where the settings say so', () => {
    const settings = { endUserIp: 'property' };
    expect(order({ endUserIp: '::1' }, settings)).toEqual({ endUserIp: '::1' });
    expect(() => order({}, settings)).toThrow(
      expect.objectContaining({ code: 'property-missing', property: 'endUserIp' }),
    );
  });
});

describe('a request', () => {
  it.each<[string, string, Readonly<Record<string, string>>, Purpose?]>([
    ['an address that is none', 'endUserIp', { endUserIp: 'localhost' }],
    ['a personal number with a hyphen', 'pnr', { pnr: `${pnr.slice(0, 8)}-${pnr.slice(8)}` }],
    [
      'a personal number that is nobody’s',
      'pnr',
      { pnr: pnr.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)) },
    ],
    ['a personal number by its other name', 'personalNumber', { personalNumber: '1' }],
    ['an empty text', 'userVisibleData', { userVisibleData: '' }],
    ['half a character', 'userVisibleData', { userVisibleData: 'a\ud800' }],
    ['a text that is too long', 'userVisibleData', { userVisibleData: 'x'.repeat(1126) }],
    ['a hidden text that is too long', 'userNonVisibleData', { userNonVisibleData: 'å'.repeat(563) }],
    ['a text to sign that is too long', 'userVisibleData', { userVisibleData: 'x'.repeat(30_001) }, 'sign'],
    ['another way to read the text', 'userVisibleDataFormat', { userVisibleDataFormat: 'html' }],
    ['a way back that is no address', 'returnUrl', { returnUrl: '/back' }],
    ['a way back with blanks', 'returnUrl', { returnUrl: 'https://portal.example/a b' }],
    ['a way back that is too long', 'returnUrl', { returnUrl: `https://${'x'.repeat(600)}` }],
    ['a flag that is neither true nor false', 'mrtd', { mrtd: 'yes' }],
    ['another class of reader', 'cardReader', { cardReader: 'class3' }],
    ['a policy that is none', 'certificatePolicies', { certificatePolicies: '1.2.3.4.25,*' }],
    ['an app and a page', 'appIdentifier', { appIdentifier: 'a', referringDomain: 'a.example' }],
    ['a domain that is too short', 'referringDomain', { referringDomain: 'a' }],
    [
      'a device of a page with too long a name',
      'deviceIdentifier',
      { userAgent: 'x', deviceIdentifier: 'x'.repeat(65) },
    ],
    ['another word for who called', 'callInitiator', { pnr, callInitiator: 'Rp' }, 'phone-auth'],
  ])('with %s is refused', (_, property, input, purpose) => {
    expect(() => order(input, {}, purpose)).toThrow(expect.objectContaining({ code: 'property-invalid', property }));
  });

  it('without what the order needs is refused', () => {
    const missing = (property: string) => expect.objectContaining({ code: 'property-missing', property });
    expect(() => order({}, {}, 'sign')).toThrow(missing('userVisibleData'));
    expect(() => order({}, {}, 'phone-auth')).toThrow(missing('pnr'));
    expect(() => order({ pnr }, {}, 'phone-sign')).toThrow(missing('userVisibleData'));
  });

  it('takes the longest texts', () => {
    expect(order({ userVisibleData: 'x'.repeat(1125) }).userVisibleData).toHaveLength(1500);
    expect(order({ userVisibleData: 'x'.repeat(30_000) }, {}, 'sign').userVisibleData).toHaveLength(40_000);
  });

  it('may say that its text is plain, as BankID takes it without a word', () => {
    expect(order({ userVisibleData: 'a', userVisibleDataFormat: 'plaintext' })).not.toHaveProperty(
      'userVisibleDataFormat',
    );
  });

  it('of an app tells of the app', () => {
    const device = { deviceOS: 'iOS 18', deviceModelName: 'iPhone', deviceIdentifier: 'x'.repeat(100) };
    expect(order({ appIdentifier: 'se.example', ...device })).toMatchObject({
      app: { appIdentifier: 'se.example', ...device },
    });
  });
});

describe('what the settings demand', () => {
  const requirement = {
    pinCode: true,
    mrtd: true,
    cardReader: 'class2',
    certificatePolicies: ['1.2.752.78.1.*'],
    risk: 'low',
  };

  it('goes with every order', () => {
    const settings = {
      requirement,
      userVisibleData: 'Hej',
      userVisibleDataFormat: 'simpleMarkdownV1',
      returnUrl: 'app:back',
      returnRisk: true,
    };
    expect(order({}, settings)).toEqual({
      endUserIp: '192.0.2.1',
      requirement,
      userVisibleData: 'SGVq',
      userVisibleDataFormat: 'simpleMarkdownV1',
      returnUrl: 'app:back',
      returnRisk: true,
    });
  });

  it('can be demanded more of by a request, not less', () => {
    const less = { pinCode: 'false', mrtd: 'false', cardReader: 'class1', returnRisk: 'false' };
    expect(order({ ...less, certificatePolicies: '1.2.752.78.1.5' }, { requirement })).toMatchObject({
      requirement: { ...requirement, certificatePolicies: ['1.2.752.78.1.5'] },
    });
    const policy = (certificatePolicies: string) => () => order({ certificatePolicies }, { requirement });
    for (const other of ['1.2.752.71.1.3', '1.2.752.78.*', '1.2.752.78.1.5,1.2.3.4.5', '']) {
      expect(policy(other)).toThrow(expect.objectContaining({ property: 'certificatePolicies' }));
    }
  });

  it('goes with orders by phone as well', () => {
    expect(order({ pnr }, { requirement: { mrtd: true } }, 'phone-auth')).toEqual({
      personalNumber: pnr,
      callInitiator: 'user',
      requirement: { mrtd: true },
    });
  });
});
