import { en, type Words } from './en.ts';
import { sv } from './sv.ts';

/** A language of the app. */
export type Language = 'en' | 'sv';

/** Everything the app says, by language. */
export const words: Readonly<Record<Language, Words>> = { en, sv };

/** The first language of the list that the app speaks; English when there is none. */
export function chooseLanguage(wanted: readonly (string | undefined)[]): Language {
  const known = wanted.map((each) => each?.toLowerCase().split('-')[0]);
  return known.find((each): each is Language => each === 'en' || each === 'sv') ?? 'en';
}
