import type { ComponentChildren } from 'preact';
import icon from '../../approve/public/icon.svg';
import { useKit } from './kit.ts';
import { words } from './words/index.ts';

/** What stands around every page: whose it is, and in which language. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const { facts, language, choose, say } = useKit();
  const other = language === 'en' ? 'sv' : 'en';
  return (
    <>
      <a class="skip" href="#main">
        {say('page.skip')}
      </a>
      <header class="top">
        <img class="logo" src={facts.overlay.logo ?? icon} alt="" height="28" />
        <span class="server">{say('brand')}</span>
        <button type="button" class="quiet" lang={other} onClick={() => choose(other)}>
          {words[other]['language']}
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
