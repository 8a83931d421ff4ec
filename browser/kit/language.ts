/** A language that people are spoken to in. */
export type Language = 'en' | 'sv';

/** The first language of the list that is spoken here; English when there is none. */
export function chooseLanguage(wanted: readonly (string | undefined)[]): Language {
  const known = wanted.map((each) => each?.toLowerCase().split('-')[0]);
  return known.find((each): each is Language => each === 'en' || each === 'sv') ?? 'en';
}
