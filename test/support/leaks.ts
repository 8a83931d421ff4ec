/** Environment variable with the folder in which a run of the tests keeps what servers wrote, and what they must not have written. */
export const outputFolder = 'PORTVAKT_TEST_OUTPUT';

/** What was written, and where. */
export interface Output {
  readonly place: string;
  readonly text: string;
}

/** A secret that was written after all. */
export interface Leak {
  readonly secret: string;
  /** What stands around it. */
  readonly excerpt: string;
}

/** Searches texts for secrets. */
export type LeakSearch = (text: string) => readonly Leak[];

/** How many characters of a secret lead to it. */
const begin = 6;

/**
 * A search for these secrets, all at once: however upper and lower case are mixed, and as JSON writes them.
 *
 * A telephone number is found as it was given and in every spelling without spaces. A code of up to eight digits counts only where it stands alone: within longer numbers
 * and identifiers any digits occur. Secrets shorter than six characters are not looked for.
 */
export function createLeakSearch(secrets: Iterable<string>): LeakSearch {
  const byBegin = new Map<string, Set<string>>();
  for (const text of secrets) {
    for (const form of formsOf(text.toLowerCase())) {
      const key = form.slice(0, begin);
      byBegin.set(key, (byBegin.get(key) ?? new Set()).add(form));
    }
  }
  const firsts = new Set([...byBegin.keys()].map((key) => key.charCodeAt(0) * 65_536 + key.charCodeAt(1)));
  return (written) => {
    // A process has a number of its own that looks like a code.
    const text = written.toLowerCase().replaceAll(/"pid":\d+/g, '"pid":0');
    const leaks: Leak[] = [];
    for (let at = 0; at + begin <= text.length; at += 1) {
      if (!firsts.has(text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1))) continue;
      for (const secret of byBegin.get(text.slice(at, at + begin)) ?? []) {
        if (!text.startsWith(secret, at) || (isCode(secret) && !isAlone(text, at, secret.length))) continue;
        leaks.push({ secret, excerpt: text.slice(Math.max(0, at - 80), at + secret.length + 40) });
      }
    }
    return leaks;
  };
}

function formsOf(text: string): readonly string[] {
  const digits = text.replaceAll(/[ ()+/-]/g, '');
  const isPhone = /^\d{9,15}$/.test(digits);
  // Without prefix and country code, as every spelling ends.
  const national = isPhone ? [digits.replace(/^(0046|46|0)/, '')] : [];
  return [text, JSON.stringify(text).slice(1, -1), ...national].filter(({ length }) => length >= begin);
}

function isCode(text: string): boolean {
  return /^\d{1,8}$/.test(text);
}

function isAlone(text: string, at: number, length: number): boolean {
  return !/[0-9a-z.]/.test(text[at - 1] ?? '') && !/[0-9a-z]/.test(text[at + length] ?? '');
}
