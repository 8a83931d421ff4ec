import type { Language } from '../../../kit/language.ts';
import { en, type Words } from './en.ts';
import { sv } from './sv.ts';

/** Everything the app says, by language. */
export const words: Readonly<Record<Language, Words>> = { en, sv };
