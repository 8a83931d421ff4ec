import type { MarkName } from '../../../kit/mark.tsx';
import type { Outcome } from '../../device/keep.ts';
import { goHome } from '../attention.ts';
import type { Ending, Screen } from '../state.ts';
import type { Words } from '../words/en.ts';
import { Statement, useWords } from './parts.tsx';

interface Wording {
  readonly mark: MarkName;
  readonly tone?: 'good' | 'bad' | 'warn';
  readonly title: string;
  readonly text: string;
}

/** What the answer led to. */
export function ResultView({ screen }: { readonly screen: Extract<Screen, { name: 'result' }> }) {
  const say = useWords();
  return <Told {...results(say, screen.shown.asker)[screen.outcome]} button={say.done} />;
}

/** Why there is nothing to answer any more. */
export function EndedView({ screen }: { readonly screen: Extract<Screen, { name: 'ended' }> }) {
  const say = useWords();
  return <Told {...endings(say)[screen.why]} button={screen.why === 'replaced' ? say.replacedShow : say.done} />;
}

function Told({ text, button, ...wording }: Wording & { readonly button: string }) {
  return (
    <Statement {...wording} page={wording.title}>
      <p>{text}</p>
      <button type="button" class="button primary" onClick={goHome}>
        {button}
      </button>
    </Statement>
  );
}

function results(say: Words, asker: string): Readonly<Record<Outcome, Wording>> {
  return {
    approved: { mark: 'check', tone: 'good', title: say.approvedTitle, text: say.approvedText(asker) },
    rejected: { mark: 'cross', tone: 'bad', title: say.rejectedTitle, text: say.rejectedText(asker) },
    paused: { mark: 'pause', tone: 'bad', title: say.pausedResultTitle, text: say.pausedResultText },
    'wrong-number': { mark: 'cross', tone: 'warn', title: say.wrongNumberTitle, text: say.wrongNumberText },
  };
}

function endings(say: Words): Readonly<Record<Ending, Wording>> {
  return {
    expired: { mark: 'clock', tone: 'warn', title: say.expiredTitle, text: say.expiredText },
    gone: { mark: 'clock', title: say.goneTitle, text: say.goneText },
    replaced: { mark: 'swap', tone: 'warn', title: say.replacedTitle, text: say.replacedText },
  };
}
