import type { ComponentChildren } from 'preact';
import { Mark } from '../../kit/mark.tsx';
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
  if (told === undefined) return fault === undefined ? <Waiting>{say('page.loading')}</Waiting> : <Away />;
  if (told.location !== undefined && told.message !== undefined) {
    return <LastWord text={told.message.text} target={told.location} />;
  }
  return (
    <div class="page">
      {fault === 'unavailable' && (
        <div class="fault-note warn" role="status">
          <Mark name="warning" />
          <p>{say('common.unavailable')}</p>
        </div>
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

function Away() {
  const { say } = useKit();
  return (
    <Statement mark="warning" tone="warn" title={say('common.unavailable_title')}>
      <p role="status">{say('common.unavailable')}</p>
    </Statement>
  );
}

function NoSession() {
  const { say } = useKit();
  return (
    <div class="page">
      <Statement mark="clock" tone="warn" title={say('common.no_session_title')}>
        <p>{say('common.no_session')}</p>
      </Statement>
      <Foot text={say('page.reload')} onPress={() => location.reload()} />
    </div>
  );
}

/** A message that is read before the page goes on. */
function LastWord({ text, target }: { readonly text: string; readonly target: string }) {
  const { say, read } = useKit();
  return (
    <div class="page">
      <Statement mark="cross" tone="bad" title={say('page.stopped')}>
        <p>{read(text, 'common.unknown')}</p>
      </Statement>
      <Foot text={say('page.proceed')} onPress={() => go(target)} />
    </div>
  );
}

function Foot({ text, onPress }: { readonly text: string; readonly onPress: () => void }) {
  return (
    <div class="bottom">
      <button type="button" class="button primary wide" onClick={onPress}>
        {text}
      </button>
    </div>
  );
}
