import { useEffect, useState } from 'preact/hooks';
import { decide, end } from '../requests.ts';
import { type Screen, useApp } from '../state.ts';
import { Dialog, Title, useWords } from './parts.tsx';
import { RequestFacts } from './request-facts.tsx';
import { TimeLeft } from './time-left.tsx';

type OnScreen = Extract<Screen, { name: 'request' }>;

/** Buttons sleep for so long when a request appears: a finger may have been on its way to something else. */
const asleepMs = 500;

/** A request: who asks, for what, from where, how long is left; and the answers. */
export function RequestView({ screen }: { readonly screen: OnScreen }) {
  const say = useWords();
  const [number, setNumber] = useState('');
  const { shown, endsAt, isSending, fault } = screen;
  const { asker, message, match, asked, ends } = shown;
  const isAwake = useAwake();
  const submit = (event: Event) => {
    event.preventDefault();
    if (isAwake) void decide('approve', match ? number : undefined);
  };
  return (
    <form class="page request" onSubmit={submit} noValidate aria-busy={isSending}>
      <TimeLeft endsAt={endsAt} wholeMs={ends - asked} onEnd={() => end('expired')} />
      <Title page={say.requestPage(asker)}>
        {message === '' ? say.requestTitle(asker) : say.requestTitleMessage(asker)}
      </Title>
      {message !== '' && <p class="message">{message}</p>}
      <RequestFacts shown={shown} />
      {match && <NumberField value={number} onInput={setNumber} isWrong={fault === 'number'} />}
      {fault && (
        <p class="fault" role="alert" id="fault">
          {say.faults[fault]}
        </p>
      )}
      <Answers screen={screen} isAwake={isAwake} />
    </form>
  );
}

function Answers({ screen: { shown, isSending }, isAwake }: { readonly screen: OnScreen; readonly isAwake: boolean }) {
  const say = useWords();
  const { isOffline } = useApp();
  const [isAsking, setAsking] = useState(false);
  const approve = shown.passkey ? say.approvePasskey : say.approve;
  return (
    <div class="bottom">
      <div class="actions big">
        <button type="button" class="button bad" disabled={!isAwake} onClick={() => void decide('reject')}>
          {say.reject}
        </button>
        <button
          type="submit"
          // A button that sleeps looks as ever: it wakes before anybody has seen it.
          class={isOffline ? 'button primary off' : 'button primary'}
          disabled={!isAwake || isOffline}
        >
          {isSending ? say.sending : approve}
        </button>
      </div>
      <button type="button" class="quiet" disabled={!isAwake} onClick={() => setAsking(true)}>
        {say.notMe}
      </button>
      {isAsking && (
        <Dialog title={say.notMeTitle} onClose={() => setAsking(false)}>
          <p>{say.notMeText}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => setAsking(false)}>
              {say.back}
            </button>
            <button type="button" class="button bad" onClick={() => void decide('not-me')}>
              {say.notMeConfirm}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function NumberField(props: {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly isWrong: boolean;
}) {
  const say = useWords();
  return (
    <div class="field number">
      <label for="number">{say.numberLabel}</label>
      <input
        id="number"
        value={props.value}
        onInput={({ currentTarget }) => {
          const digits = currentTarget.value.replace(/\D/g, '').slice(0, 3);
          // What is not a digit must not stay in the field either.
          currentTarget.value = digits;
          props.onInput(digits);
        }}
        inputMode="numeric"
        autocomplete="off"
        aria-describedby={props.isWrong ? 'fault number-hint' : 'number-hint'}
        aria-invalid={props.isWrong}
      />
      <p class="hint" id="number-hint">
        {say.numberHint}
      </p>
    </div>
  );
}

function useAwake(): boolean {
  const [isAwake, setAwake] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAwake(true), asleepMs);
    return () => clearTimeout(timer);
  }, []);
  return isAwake;
}
