import { Mark } from '../../../kit/mark.tsx';
import { forget } from '../connection.ts';
import { type Notice, noticesFor } from '../notices.ts';
import { type AppState, useApp } from '../state.ts';
import { arrangeWaking, turnOnWaking } from '../waking.ts';
import type { Words } from '../words/en.ts';
import { sayInstant, useWords } from './parts.tsx';

/** What the person should know of the state of things. While a request is shown, only what stands in the way of answering it. */
export function Notices() {
  const state = useApp();
  const say = useWords();
  const all = noticesFor(state).filter((notice) => isForScreen(notice, state.screen.name));
  return (
    <div class="notices" role="status">
      {all.map((notice) => (
        <NoticeCard key={'enrolment' in notice ? notice.enrolment.id : notice.kind} {...toCard(notice, state, say)} />
      ))}
    </div>
  );
}

function isForScreen({ kind }: Notice, screen: AppState['screen']['name']): boolean {
  if (screen === 'home') return true;
  return ['offline', 'outdated', 'clock'].includes(kind) && screen !== 'unusable';
}

interface Card {
  readonly title: string;
  readonly text: string;
  readonly isUrgent: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

function NoticeCard({ title, text, isUrgent, action }: Card) {
  return (
    <section class={isUrgent ? 'notice urgent' : 'notice'}>
      <Mark name="warning" />
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        {action && (
          <button type="button" class="button small" onClick={action.run}>
            {action.label}
          </button>
        )}
      </div>
    </section>
  );
}

function toCard(notice: Notice, { clockAheadMs }: AppState, say: Words): Card {
  switch (notice.kind) {
    case 'offline':
      return { title: say.offlineTitle, text: say.offlineText, isUrgent: true };
    case 'outdated':
      return {
        title: say.outdatedTitle,
        text: say.outdatedText,
        isUrgent: true,
        action: { label: say.reload, run: () => location.reload() },
      };
    case 'clock': {
      const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
      return { title: say.clockTitle, text: say.clockText(minutes, clockAheadMs > 0), isUrgent: true };
    }
    case 'paused': {
      const { displayName, pausedAt = 0 } = notice.enrolment;
      return {
        title: say.pausedTitle,
        text: say.pausedText(displayName, sayInstant(pausedAt, say.locale)),
        isUrgent: true,
      };
    }
    case 'revoked': {
      const { id, name, displayName } = notice.enrolment;
      const action = { label: say.revokedDone, run: () => void forget(id) };
      return { title: say.revokedTitle, text: say.revokedText(name, displayName), isUrgent: true, action };
    }
    default:
      return wakingCard(notice.kind, say);
  }
}

function wakingCard(kind: Exclude<AppState['waking'], 'ready' | 'unknown'>, say: Words): Card {
  const again = { label: say.again, run: () => void arrangeWaking() };
  const turnOn = { label: say.turnOn, run: () => void turnOnWaking() };
  const cards: Readonly<Record<typeof kind, readonly [string, string, Card['action']?]>> = {
    blocked: [say.blockedTitle, say.blockedText],
    unasked: [say.unaskedTitle, say.unaskedText, turnOn],
    unavailable: [say.unavailableTitle, say.unavailableText],
    install: [say.installTitle, say.installIosText],
    failed: [say.failedTitle, say.failedText, again],
  };
  const [title, text, action] = cards[kind];
  return { title, text, isUrgent: false, ...(action && { action }) };
}
