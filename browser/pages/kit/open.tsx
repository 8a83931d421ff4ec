import { type ComponentType, render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import '../../kit/style/base.css';
import '../../kit/style/controls.css';
import '../../kit/style/statement.css';
import './style/page.css';
import './style/order.css';
import { chooseLanguage, type Language } from '../../kit/language.ts';
import { Frame } from './frame.tsx';
import { type Kit, KitContext } from './kit.ts';
import { type PageFacts, readFacts, readJson } from './server.ts';
import { finder, overlaid, type Texts, words } from './words/index.ts';

/** Where the choice of language is kept, for all pages of this server. */
const chosenKey = 'portvakt-language';

/** Draws a page, once its overlay is there: nobody sees the one look turn into the other. */
export async function openPage(Page: ComponentType): Promise<void> {
  const root = document.getElementById('app');
  if (root === null) return;
  const facts = await readFacts();
  const { style, sv, en } = facts.overlay;
  const [svTexts, enTexts] = await Promise.all([
    sv === undefined ? {} : readJson(sv),
    en === undefined ? {} : readJson(en),
    style === undefined ? undefined : addStyle(style),
  ]);
  const texts = { sv: overlaid(words.sv, svTexts), en: overlaid(words.en, enTexts) };
  render(<Whole facts={facts} texts={texts} Page={Page} />, root);
}

interface Parts {
  readonly facts: PageFacts;
  readonly texts: Readonly<Record<Language, Texts>>;
  readonly Page: ComponentType;
}

function Whole({ facts, texts, Page }: Parts) {
  const [language, setLanguage] = useState(() => chooseLanguage([kept(), ...navigator.languages]));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const kit = useMemo((): Kit => {
    const { say, read } = finder(texts[language]);
    const choose = (chosen: Language) => {
      setLanguage(chosen);
      keep(chosen);
    };
    return { facts, language, choose, say, read };
  }, [facts, texts, language]);
  return (
    <KitContext.Provider value={kit}>
      <Frame>
        <Page />
      </Frame>
    </KitContext.Provider>
  );
}

function addStyle(href: string): Promise<void> {
  return new Promise((resolve) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
    for (const event of ['load', 'error']) link.addEventListener(event, () => resolve());
    document.head.append(link);
  });
}

// Browsers may refuse storage; the choice then lasts as long as the page.
function kept(): string | undefined {
  try {
    return localStorage.getItem(chosenKey) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(chosenKey, language);
  } catch {}
}
