import { chooseTo } from '../start.ts';
import { type Screen, useApp } from '../state.ts';
import { words } from '../words/index.ts';
import { Home } from './home.tsx';
import { InvitationView } from './invitation.tsx';
import { Notices } from './notices.tsx';
import { Statement, useWords } from './parts.tsx';
import { RequestView } from './request.tsx';
import { EndedView, ResultView } from './result.tsx';
import { Welcome } from './welcome.tsx';

/** The whole app. */
export function App({ install }: { readonly install: () => void }) {
  const { screen } = useApp();
  const say = useWords();
  return (
    <>
      <a class="skip" href="#main">
        {say.skip}
      </a>
      <Top />
      <main id="main" tabIndex={-1} class={screen.name}>
        <Notices />
        <OnScreen screen={screen} install={install} />
      </main>
    </>
  );
}

function Top() {
  const { server, language } = useApp();
  const other = language === 'en' ? 'sv' : 'en';
  return (
    <header class="top">
      <img src="/approve/icon.svg" alt="" width="28" height="28" />
      <span class="server">{server?.name ?? 'Portvakt'}</span>
      <button type="button" class="quiet" lang={other} onClick={() => void chooseTo(other)}>
        {words[other].language}
      </button>
    </header>
  );
}

function OnScreen({ screen, install }: { readonly screen: Screen; readonly install: () => void }) {
  const say = useWords();
  switch (screen.name) {
    case 'loading':
      return <p class="waiting">{say.loading}</p>;
    case 'unusable':
      return screen.why === 'insecure' ? (
        <Statement mark="warning" tone="warn" title={say.insecureTitle}>
          <p>{say.insecureText}</p>
        </Statement>
      ) : (
        <Statement mark="warning" tone="warn" title={say.noStorageTitle}>
          <p>{say.noStorageText}</p>
        </Statement>
      );
    case 'home':
      return <Home install={install} />;
    case 'invitation':
      return <InvitationView screen={screen} />;
    case 'welcome':
      return <Welcome device={screen.device} />;
    case 'request':
      // A new one gets everything anew: what was typed, what was opened, where the focus is.
      return <RequestView key={screen.shown.assignment} screen={screen} />;
    case 'result':
      return <ResultView key={screen.shown.assignment} screen={screen} />;
    case 'ended':
      return <EndedView key={screen.shown.assignment} screen={screen} />;
  }
}
