import { z } from 'zod';
import { fromBase64 } from '../../core/base64.ts';
import { attributesSchema, type Identity, toIdentity } from './identity.ts';
import type { Asked } from './order.ts';
import { type OwnWord, reaches } from './wire.ts';

/** What a signed result must belong to. */
export interface Expected {
  /** Freja's reference. */
  readonly ref: string;
  readonly asked: Asked;
  /** Now, milliseconds since 1970. */
  readonly at: number;
  readonly skewMs: number;
}

/** What Freja signs ("Authentication Services", details). */
const payloadSchema = z.looseObject({
  authRef: z.string(),
  status: z.string(),
  userInfoType: z.string(),
  userInfo: z.unknown(),
  minRegistrationLevel: z.string(),
  timestamp: z.number(),
  requestedAttributes: attributesSchema.nullish(),
});

type Payload = z.infer<typeof payloadSchema>;

/**
 * What a signed text proves of the person; or why it proves nothing. The signature has been checked before.
 *
 * Everything is taken from what was signed: our reference, `APPROVED`, at least the level asked for, the person asked for, a time that is about now.
 */
export function checkResult(
  text: string,
  expected: Expected,
): { readonly identity: Identity } | { readonly word: OwnWord } {
  const payload = readPayload(text);
  if (payload === undefined) return { word: 'details-unreadable' };
  const { asked } = expected;
  if (payload.authRef !== expected.ref) return { word: 'reference-mismatch' };
  if (payload.status !== 'APPROVED') return { word: 'status-mismatch' };
  if (Math.abs(expected.at - payload.timestamp) > expected.skewMs) return { word: 'time-mismatch' };
  if (!isHighEnough(payload, asked)) return { word: 'level-too-low' };
  return isAskedPerson(payload, asked)
    ? { identity: toIdentity(payload.requestedAttributes ?? {}, asked) }
    : { word: 'person-mismatch' };
}

function readPayload(text: string): Payload | undefined {
  try {
    return payloadSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The level that was demanded is signed always; the one that the person has, only when it was asked for. */
function isHighEnough({ minRegistrationLevel, requestedAttributes }: Payload, { level }: Asked): boolean {
  const own = requestedAttributes?.['registrationLevel'];
  return reaches(minRegistrationLevel, level) && (own === undefined || own === null || reaches(own, level));
}

function isAskedPerson(payload: Payload, asked: Asked): boolean {
  const { userInfoType, identifier } = asked;
  if (payload.userInfoType !== userInfoType) return false;
  if (userInfoType === 'INFERRED') return true;
  if (userInfoType === 'SSN') return isAskedNumber(payload, asked);
  const { userInfo } = payload;
  if (typeof userInfo !== 'string') return false;
  return userInfoType === 'EMAIL' ? userInfo.toLowerCase() === identifier.toLowerCase() : userInfo === identifier;
}

const numberSchema = z.looseObject({ country: z.string(), ssn: z.string() });

/** Both that the request named and, where it was asked for, that of the attributes. */
function isAskedNumber({ userInfo, requestedAttributes }: Payload, { identifier, country }: Asked): boolean {
  const named = numberSchema.safeParse(toObject(userInfo)).data;
  const said = requestedAttributes?.ssn ?? named;
  return [named, said].every((number) => number?.ssn === identifier && number.country === country);
}

/** Public clients have met JSON text; the documents send Base64 of it. Whichever it is, it was signed. */
function toObject(userInfo: unknown): unknown {
  if (typeof userInfo !== 'string') return userInfo;
  try {
    return JSON.parse(userInfo.startsWith('{') ? userInfo : (fromBase64(userInfo) ?? ''));
  } catch {
    return undefined;
  }
}
