import { toBase64 } from '../../core/base64.ts';
import { attributeNames, type FrejaSettings } from '../../core/freja-settings.ts';
import { isPersonalNumber } from '../../core/personal-number.ts';
import { Problem } from '../../core/problem.ts';
import { type Level, levels, type UserInfoType, userInfoTypes } from './wire.ts';

/** Whom Freja is asked to identify. */
export interface Asked {
  readonly userInfoType: UserInfoType;
  /** As it identifies the person: digits for SSN, an address, a number, `N/A` for whoever scans the code. */
  readonly identifier: string;
  /** Of the personal number; ISO 3166-1, two letters. */
  readonly country: string;
  readonly level: Level;
}

/** What a start asks for. */
export interface Order extends Asked {
  readonly attributes: readonly string[];
}

type Input = Readonly<Record<string, string | undefined>>;

/** The documented spelling of the property, and the right one. */
const levelProperties = ['reqiredRegistrationLevel', 'requiredRegistrationLevel'] as const;

/** Longest `userInfo` ("Authentication Services", initAuthentication). */
const maxLength = 256;

/**
 * The order that a request means. Properties: PhenixID's guide, "Swedish Freja eID authentication"; words are taken in any case.
 *
 * @throws Problem 'property-missing', 'property-invalid', with the property
 */
export function toOrder(input: Input, context: FrejaSettings['context']): Order {
  const userInfoType = toType(required(input, 'userInfoType'), context);
  const [level, levelProperty] = toLevel(input);
  const attributes = toAttributes(required(input, 'attributesToGet'));
  // Whoever scans the code is not known before.
  const given = userInfoType === 'INFERRED' ? '' : required(input, 'userIdentifier').trim();
  const country = (input['country'] ?? 'SE').trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(country)) throw invalid('country', 'must be two letters');
  const identifier = toIdentifier(userInfoType, given, country);
  if (identifier === undefined) throw invalid('userIdentifier', `is not what ${userInfoType} takes`);
  if (!levels.includes(level)) throw invalid(levelProperty, `must be one of ${levels.join(', ')}`);
  return { userInfoType, identifier, country, level, attributes };
}

/** `userInfo` as Freja takes it: for SSN Base64 of a JSON object, else the identifier itself. */
export function toUserInfo({ userInfoType, identifier, country }: Asked): string {
  return userInfoType === 'SSN' ? toBase64(JSON.stringify({ country, ssn: identifier })) : identifier;
}

function toType(given: string, context: FrejaSettings['context']): UserInfoType {
  const type = userInfoTypes.find((known) => known === given.trim().toUpperCase());
  if (type === undefined) throw invalid('userInfoType', `must be one of ${userInfoTypes.join(', ')}`);
  if (type === 'ORG_ID' && context !== 'organisation') {
    throw invalid('userInfoType', 'ORG_ID is for connections to the eIDs of organisations');
  }
  return type;
}

function toLevel(input: Input): readonly [Level, string] {
  const property = levelProperties.find((name) => input[name] !== undefined) ?? levelProperties[0];
  return [required(input, property).trim().toUpperCase() as Level, property];
}

function toAttributes(given: string): readonly string[] {
  const names = given.split(',').map((name) => name.trim().toUpperCase());
  const wanted = [...new Set(names.filter((name) => name !== ''))];
  const unknown = wanted.some((name) => !attributeNames.some((known) => known === name));
  if (unknown)
    throw invalid('attributesToGet', `must be names out of ${attributeNames.join(', ')}, with commas between`);
  return wanted;
}

function toIdentifier(type: UserInfoType, given: string, country: string): string | undefined {
  if (given.length > maxLength || /\p{Cc}/u.test(given)) return undefined;
  const forms: Readonly<Record<UserInfoType, () => string | undefined>> = {
    SSN: () => (country === 'SE' ? toPersonalNumber(given) : nonEmpty(given)),
    EMAIL: () => /^[^\s@]+@[^\s@]+$/.exec(given)?.[0],
    PHONE: () => /^\+\d{6,15}$/.exec(given.replaceAll(/[\s()-]/g, '').replace(/^00/, '+'))?.[0],
    ORG_ID: () => nonEmpty(given),
    UPI: () => nonEmpty(given),
    INFERRED: () => 'N/A',
  };
  return forms[type]();
}

/** Twelve digits, perhaps with a sign before the last four, that can be somebody’s. */
function toPersonalNumber(given: string): string | undefined {
  const digits = /^(\d{8})[- ]?(\d{4})$/.exec(given)?.slice(1).join('') ?? '';
  return isPersonalNumber(digits) ? digits : undefined;
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function required(input: Input, property: string): string {
  const value = input[property];
  if (value === undefined) throw new Problem('property-missing', 'must be there', { property });
  return value;
}

function invalid(property: string, why: string): Problem {
  return new Problem('property-invalid', why, { property });
}
