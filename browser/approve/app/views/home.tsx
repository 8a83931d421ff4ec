import { useState } from 'preact/hooks';
import { forgetAnswers, type PastAnswer } from '../../device/keep.ts';
import { lookAt } from '../enrolling.ts';
import { codeIn } from '../invitation-code.ts';
import { noticesFor } from '../notices.ts';
import { update, useApp } from '../state.ts';
import { EnrolmentCard } from './enrolment-card.tsx';
import { Statement, sayInstant, useWords } from './parts.tsx';

/** What is seen while there is nothing to answer. */
export function Home({ install }: { readonly install: () => void }) {
  const state = useApp();
  const say = useWords();
  const { enrolments, answers, canInstall } = state;
  return (
    <>
      <Standing />
      {canInstall && (
        <section class="install">
          <button type="button" class="button" onClick={install} aria-describedby="install-text">
            {say.install}
          </button>
          <p class="hint" id="install-text">
            {say.installText}
          </p>
        </section>
      )}
      {enrolments.length > 0 && (
        <section>
          <h2>{say.devices}</h2>
          <ul class="list">
            {enrolments.map((each) => (
              <EnrolmentCard key={each.id} enrolment={each} />
            ))}
          </ul>
        </section>
      )}
      {answers.length > 0 && <Answers answers={answers} />}
      <AddByLink isAlone={enrolments.length === 0} />
    </>
  );
}

/** In one look: is all well? */
function Standing() {
  const state = useApp();
  const say = useWords();
  const live = state.enrolments.filter(({ key }) => key !== undefined);
  if (live.length === 0) {
    return (
      <Statement mark="link" title={say.emptyTitle}>
        <p>{say.emptyText}</p>
      </Statement>
    );
  }
  const stopping = new Set(['offline', 'outdated', 'clock', 'paused']);
  const isDeaf = noticesFor(state).some(({ kind }) => stopping.has(kind));
  if (isDeaf) return <Statement mark="pause" tone="warn" title={say.deafTitle} />;
  return (
    <Statement mark="gate" title={say.readyTitle}>
      <p>{say.readyText}</p>
    </Statement>
  );
}

function Answers({ answers }: { readonly answers: readonly PastAnswer[] }) {
  const say = useWords();
  const clear = async () => {
    await forgetAnswers();
    update({ answers: [] });
  };
  return (
    <section>
      <div class="heading-row">
        <h2>{say.answers}</h2>
        <button type="button" class="quiet" onClick={() => void clear()}>
          {say.answersForget}
        </button>
      </div>
      <ul class="list">
        {answers.slice(0, 8).map(({ at, asker, message, outcome }) => (
          <li key={at} class="answer">
            <span class={`verdict ${outcome === 'approved' ? 'good' : 'bad'}`}>{say.outcomes[outcome]}</span>
            <span class="what">
              {asker}
              {message !== '' && <span class="detail">{message.split('\n')[0]}</span>}
            </span>
            <time dateTime={new Date(at).toISOString()}>{sayInstant(at, say.locale)}</time>
          </li>
        ))}
      </ul>
      <p class="hint">{say.answersText}</p>
    </section>
  );
}

function AddByLink({ isAlone }: { readonly isAlone: boolean }) {
  const say = useWords();
  const [text, setText] = useState('');
  const [isBad, setBad] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const code = codeIn(text);
    setBad(code === undefined);
    if (code !== undefined) void lookAt(code);
  };
  return (
    <details open={isAlone}>
      <summary>{say.addTitle}</summary>
      <form onSubmit={submit} class="field">
        <label for="link">{say.addLabel}</label>
        <input
          id="link"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="link-hint"
          aria-invalid={isBad}
        />
        <p class={isBad ? 'fault' : 'hint'} id="link-hint" role={isBad ? 'alert' : undefined}>
          {isBad ? say.addBad : say.addHint}
        </p>
        <button type="submit" class="button">
          {say.add}
        </button>
      </form>
    </details>
  );
}
