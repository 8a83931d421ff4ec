import { attributes } from './attributes.ts';
import { FrejaError } from './errors.ts';
import { parseBase64Json } from './request.ts';

/** Which services a path belongs to. */
export type Context = 'personal' | 'organisation';

/** A request to begin, read and found right. */
export interface InitRequest {
  readonly userInfoType: string;
  /** The identifier itself: digits for SSN. */
  readonly identifier: string;
  readonly country: string;
  readonly level: string;
  readonly attributes: readonly string[];
  readonly isDynamic: boolean;
}

const userInfoTypes = ['SSN', 'EMAIL', 'PHONE', 'INFERRED', 'UPI'];
const levels = ['BASIC', 'EXTENDED', 'PLUS'];
type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks a request to begin ("Authentication Services", initAuthentication). Fields that are null count as absent, as the vendor's client sends them.
 *
 * @throws FrejaError 1000, 1001, 1002, 1007, 2002
 */
export function readInit(fields: Fields, context: Context): InitRequest {
  const { userInfoType, minRegistrationLevel, userConfirmationMethod, useDynamicQrCode } = fields as Record<
    string,
    unknown
  >;
  const types = context === 'organisation' ? [...userInfoTypes, 'ORG_ID'] : userInfoTypes;
  if (typeof userInfoType !== 'string' || !types.includes(userInfoType)) throw new FrejaError(1001);
  const who = readUserInfo(userInfoType, fields['userInfo']);
  const level = minRegistrationLevel ?? 'BASIC';
  if (typeof level !== 'string' || !levels.includes(level)) throw new FrejaError(1007);
  if (![null, undefined, 'DEFAULT', 'DEFAULT_AND_FACE'].includes(userConfirmationMethod as never))
    throw new FrejaError(1000);
  if (userConfirmationMethod === 'DEFAULT_AND_FACE' && level === 'BASIC') throw new FrejaError(1007);
  if (useDynamicQrCode === true && userInfoType !== 'INFERRED') throw new FrejaError(1000);
  const names = readAttributes(fields['attributesToReturn'] ?? undefined, level);
  return { userInfoType, ...who, level, attributes: names, isDynamic: useDynamicQrCode === true };
}

function readUserInfo(type: string, userInfo: unknown): Pick<InitRequest, 'identifier' | 'country'> {
  if (typeof userInfo !== 'string' || userInfo === '' || userInfo.length > 256) throw new FrejaError(1002);
  if (type === 'SSN') {
    const { country, ssn } = parseBase64Json(userInfo) ?? {};
    const isRight =
      typeof country === 'string' && typeof ssn === 'string' && (country !== 'SE' || /^\d{12}$/.test(ssn));
    if (!isRight) throw new FrejaError(1002);
    return { identifier: ssn, country };
  }
  const forms: Readonly<Record<string, RegExp>> = { EMAIL: /^\S+@\S+$/, PHONE: /^\+\d{6,15}$/, INFERRED: /^N\/A$/ };
  if (forms[type]?.test(userInfo) === false) throw new FrejaError(1002);
  return { identifier: userInfo, country: 'SE' };
}

function readAttributes(given: unknown, level: string): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0) throw new FrejaError(2002);
  return given.map((entry: unknown) => {
    // An old client of others sends plain texts.
    const name = typeof entry === 'string' ? entry : (entry as { attribute?: unknown } | null)?.attribute;
    const attribute = typeof name === 'string' && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (attribute === undefined || (attribute.needsExtended && level === 'BASIC')) throw new FrejaError(2002);
    return name as string;
  });
}
