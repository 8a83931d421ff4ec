import type { ComponentChildren } from 'preact';
import { useKit } from './kit.ts';
import { Statement, Waiting } from './parts.tsx';
import { go } from './server.ts';
import type { Talk } from './talk.ts';

/** A page about its conversation: what is common to all types, and `children` where nothing of that is the case. */
export function Conversation({ talk, children }: { readonly talk: Talk; readonly children: ComponentChildren }) {
  const { say } = useKit();
  const { told, fault, isLeaving } = talk;
  if (fault === 'no_session') return <NoSession />;
  if (isLeaving) return told?.status === 'COMPLETED' ? <Done /> : <Waiting>{say('page.leaving')}</Waiting>;
  if (told === undefined) return <Waiting>{say(fault === undefined ? 'page.loading' : 'common.unavailable')}</Waiting>;
  if (told.location !== undefined && told.message !== undefined) {
    return <LastWord text={told.message.text} target={told.location} />;
  }
  return (
    <div class="page">
      {fault === 'unavailable' && (
        <p class="aside" role="status">
          {say('common.unavailable')}
        </p>
      )}
      {children}
    </div>
  );
}

function Done() {
  const { say } = useKit();
  return (
    <Statement mark="check" tone="good" title={say('page.done')}>
      <p role="status">{say('page.leaving')}</p>
    </Statement>
  );
}

function NoSession() {
  const { say } = useKit();
  return (
    <Statement mark="clock" tone="warn" title={say('common.no_session_title')}>
      <p>{say('common.no_session')}</p>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        {say('page.reload')}
      </button>
    </Statement>
  );
}

/** A message that is read before the page goes on. */
function LastWord({ text, target }: { readonly text: string; readonly target: string }) {
  const { say, read } = useKit();
  return (
    <Statement mark="cross" tone="bad" title={say('page.stopped')}>
      <p>{read(text, 'common.unknown')}</p>
      <button type="button" class="button primary" onClick={() => go(target)}>
        {say('page.proceed')}
      </button>
    </Statement>
  );
}
