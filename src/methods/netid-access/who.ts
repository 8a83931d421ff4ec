import { Problem } from '../../core/problem.ts';
import { isXmlText } from './soap.ts';

/** Form in which personal numbers are sent and answered; a setting of the connection. */
export type PersonalNumberForm = 'twelve-digits' | 'as-given';

/** Longest identifier that is sent. Our choice. */
const maxLength = 255;

/**
 * Whom an order is for, as it is sent: a personal number, an HSA-id or a user principal name; empty for whoever starts the app here.
 *
 * What is digits, blanks and hyphens only is a personal number, and needs twelve digits (Fortified ID, authenticator NiasOnOtherDevice).
 *
 * @throws Problem 'property-invalid' for the named property
 */
export function whomToAsk(given: string | undefined, form: PersonalNumberForm, property: string): string {
  if (given === undefined || given === '') return '';
  const text = given.trim();
  const refuse = (why: string) => new Problem('property-invalid', why, { property });
  if (text === '') throw refuse('is blank');
  if (text.length > maxLength) throw refuse(`is longer than ${maxLength} characters`);
  if (!isXmlText(text) || /\p{Cc}/u.test(text)) throw refuse('has control characters');
  if (form === 'as-given' || !/^[\d\s-]+$/.test(text)) return text;
  const digits = text.replaceAll(/\D/g, '');
  if (digits.length !== 12) throw refuse('is a personal number without twelve digits');
  return digits;
}

/** A personal number as twelve digits; any other text as it is. Its sign for a hundred years (`+`) says nothing beside a century. */
export function inTwelveDigits(text: string): string {
  const [, birth, rest] = /^(\d{8})[-+ ]?(\d{4})$/.exec(text.trim()) ?? [];
  return birth === undefined || rest === undefined ? text : `${birth}${rest}`;
}

/** True when both name the same person: personal numbers however written, everything else whatever its case. */
export function isSameId(a: string, b: string): boolean {
  return comparable(a) === comparable(b);
}

/**
 * True when somebody with these identifiers is the one who was asked for.
 *
 * Which of them holds what was asked for depends on how the server indexes certificates, so any may. But who was asked for by personal number
 * and has another one is somebody else, whatever the rest says.
 */
export function isAskedPerson(asked: string, identifiers: readonly string[]): boolean {
  if (!identifiers.some((identifier) => isSameId(identifier, asked))) return false;
  return !contradicts(asked, identifiers);
}

/** True when this is a personal number and one of those is another one. */
export function contradicts(identifier: string, identifiers: readonly string[]): boolean {
  return (
    isPersonalNumber(identifier) && identifiers.some((other) => isPersonalNumber(other) && !isSameId(other, identifier))
  );
}

/** True for twelve digits, perhaps with a sign before the last four. */
export function isPersonalNumber(text: string): boolean {
  return /^\d{12}$/.test(inTwelveDigits(text));
}

/** True for the id of a person in Swedish health care: `SE`, ten digits of the organisation, a hyphen, and its own part. */
export function isHsaId(text: string): boolean {
  return /^SE\d{10}-[0-9A-Z]{1,20}$/i.test(text);
}

function comparable(text: string): string {
  return inTwelveDigits(text.trim()).toLowerCase();
}
