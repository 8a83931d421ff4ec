import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../../kit/language.ts';
import type { PageFacts } from './server.ts';
import type { TextKey } from './words/en.ts';

/** What every part of a page may want to know. */
export interface Kit {
  readonly facts: PageFacts;
  readonly language: Language;
  readonly choose: (language: Language) => void;
  /** A text of ours, with what stands in braces put in. */
  readonly say: (key: TextKey, parts?: Readonly<Record<string, string | number>>) => string;
  /** A text the server named by its key, or wrote out; `otherwise` for a key that has no text. */
  readonly read: (text: string, otherwise: TextKey) => string;
}

/** Where the parts of a page find the kit. */
export const KitContext = createContext<Kit | undefined>(undefined);

/** The kit of this page. */
export function useKit(): Kit {
  const kit = useContext(KitContext);
  if (kit === undefined) throw new Error('a part of a page is drawn within openPage');
  return kit;
}
