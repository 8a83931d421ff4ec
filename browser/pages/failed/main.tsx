import { useKit } from '../kit/kit.ts';
import { openPage } from '../kit/open.tsx';
import { Statement } from '../kit/parts.tsx';

void openPage(Failed);

/** That nobody was signed in, and why, by the key of a text in the address; it lies below the page at which one begins again. */
function Failed() {
  const { say } = useKit();
  const isLocked = location.hash === '#common.person_locked';
  return (
    <div class="page">
      <Statement mark="cross" tone="bad" title={say('page.stopped')}>
        <p>{say(isLocked ? 'common.person_locked' : 'common.not_signed_in')}</p>
      </Statement>
      <a class="button primary wide" href={location.pathname.replace(/\/failed$/, '')}>
        {say('page.reload')}
      </a>
    </div>
  );
}
