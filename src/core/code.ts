import type { Chance } from './ports.ts';

/**
 * What a person typed, as digits: blanks and one hyphen are left out, as people read codes in groups.
 *
 * Undefined when anything but 4–10 ASCII digits is left; digits of other scripts are not codes.
 */
export function parseCode(typed: string): string | undefined {
  const code = typed.replaceAll(' ', '').replace('-', '');
  return /^[0-9]{4,10}$/.test(code) ? code : undefined;
}

/** A random code of 4–10 decimal digits, each as likely as the other. */
export function newCode(digits: number, chance: Chance): string {
  const codes = 10 ** digits;
  // A number beyond the last whole multiple would make the low codes likelier.
  const limit = 2 ** 48 - (2 ** 48 % codes);
  for (;;) {
    const number = chance.bytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < limit) return String(number % codes).padStart(digits, '0');
  }
}
