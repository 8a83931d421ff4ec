import type { Language } from '../../../kit/language.ts';
import { en, type TextKey } from './en.ts';
import { sv } from './sv.ts';

/** Texts by key, for one language. */
export type Texts = Readonly<Record<string, string>>;

/** What stands in the place of names in braces. */
type Filling = Readonly<Record<string, string | number>>;

/** Everything that pages say, by language. */
export const words: Readonly<Record<Language, Texts>> = { en, sv };

/** The texts with those of the overlay in their place; what is no text is not taken. */
export function overlaid(texts: Texts, overlay: Readonly<Record<string, unknown>>): Texts {
  const fit = Object.entries(overlay).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { ...texts, ...Object.fromEntries(fit) };
}

/**
 * Ways to find a text. `say` takes a key of ours; `read` what the server sent: a key, however it is spelled (`USER_SIGN`, `userSign`), or else the
 * text itself. A key that has no text becomes `otherwise`.
 */
export function finder(texts: Texts) {
  const bySpelling = new Map(Object.entries(texts).map(([key, text]) => [plain(key), text]));
  const say = (key: TextKey, parts: Filling = {}): string => together(fill(texts[key] ?? key, parts));
  const read = (text: string, otherwise: TextKey): string => {
    // Keys for others have a dot; without one it is a word, such as the label of a choice.
    if (!/^[\w-]+(\.[\w-]+)+$/.test(text)) return together(text);
    return together(bySpelling.get(plain(text)) ?? say(otherwise));
  };
  return { say, read };
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[_-]/g, '');
}

/** A name of three words is read as one: no line ends within it. */
function together(text: string): string {
  return text.replaceAll('Net iD Access', 'Net\u00a0iD\u00a0Access');
}

function fill(text: string, parts: Filling): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parts[name] ?? whole));
}
