import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** Longer texts are no telephone numbers; our choice. */
const maxLength = 64;

/**
 * A telephone number as it is dialled from anywhere (E.164: `+` and at most 15 digits); undefined when it can be none.
 *
 * Numbers are accepted by length, not by whether their range is in use: numbering plans change, and `+467012345678`, which API documents
 * use as their example, is in no range. One with an extension is not a number that can be sent to.
 *
 * @param country ISO 3166-1 code of the country that numbers without a country code belong to
 */
export function toE164(text: string, country: string): string | undefined {
  if (text.length > maxLength) return undefined;
  const number = parsePhoneNumberFromString(text, { ...defaultCountry(country), extract: false });
  return number?.isPossible() && number.ext === undefined ? number.number : undefined;
}

/** The digits by which a number is dialled within its country, without trunk prefix; undefined when it can be no number. */
export function nationalDigits(text: string, country: string): string | undefined {
  const number = toE164(text, country);
  return number === undefined ? undefined : parsePhoneNumberFromString(number)?.nationalNumber;
}

/** The spellings in which a number is most often written down: international and national, with and without spaces. */
export function spellingsOf(text: string, country: string): readonly string[] {
  const number = parsePhoneNumberFromString(toE164(text, country) ?? '');
  if (number === undefined) return [];
  const digits = number.number.slice(1);
  const national = number.country === country ? [number.formatNational()] : [];
  const spaced = [number.formatInternational(), ...national];
  return [
    ...new Set([
      number.number,
      ...spaced,
      ...national.map((text) => text.replaceAll(/\D/g, '')),
      digits,
      `00${digits}`,
    ]),
  ];
}

/** True for the code of a country that has a numbering plan. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

function defaultCountry(code: string): { readonly defaultCountry?: CountryCode } {
  return isSupportedCountry(code) ? { defaultCountry: code } : {};
}
