import { useState } from 'preact/hooks';
import { clockFace } from '../../../kit/remaining.ts';
import { goHome } from '../attention.ts';
import { guessDeviceName } from '../device-name.ts';
import { connect, lookAt } from '../enrolling.ts';
import { type Screen, useApp } from '../state.ts';
import { Statement, Title, useWords } from './parts.tsx';
import { useTimeLeft } from './time-left.tsx';

type OnScreen = Extract<Screen, { name: 'invitation' }>;
type Known = Extract<OnScreen, { step: 'confirm' | 'enrolling' }>;

/** An invitation to become a device: whose, and whether it is good. */
export function InvitationView({ screen }: { readonly screen: OnScreen }) {
  const say = useWords();
  switch (screen.step) {
    case 'reading':
      return <p class="waiting">{say.invitationReading}</p>;
    case 'used':
      return (
        <Statement mark="link" tone="warn" title={say.invitationUsedTitle}>
          <p>{say.invitationUsedText}</p>
          <button type="button" class="button" onClick={goHome}>
            {say.done}
          </button>
        </Statement>
      );
    case 'unreachable':
      return (
        <Statement mark="link" tone="warn" title={say.invitationUnreachableTitle}>
          <p>{say.invitationUnreachableText}</p>
          <button type="button" class="button primary" onClick={() => void lookAt(screen.code)}>
            {say.again}
          </button>
        </Statement>
      );
    default:
      return <Confirm screen={screen} />;
  }
}

function Confirm({ screen }: { readonly screen: Known }) {
  const say = useWords();
  const { server, enrolments, clockAheadMs } = useApp();
  const { person, displayName, realm, endsAt } = screen.invitation;
  const [name, setName] = useState(() => guessDeviceName(navigator.userAgent, say.on));
  const left = useTimeLeft(endsAt + clockAheadMs);
  const replaces = enrolments.some((each) => each.person === person && each.realm === realm && each.key !== undefined);
  const isBusy = screen.step === 'enrolling';
  const serverName = server?.name ?? 'Portvakt';
  const submit = (event: Event) => {
    event.preventDefault();
    void connect(name.trim());
  };
  return (
    <form class="page" onSubmit={submit}>
      <Title page={say.emptyTitle}>{say.invitationTitle(displayName)}</Title>
      <p class="lead">{say.invitationText(serverName)}</p>
      <dl class="facts">
        <div>
          <dt>{say.account}</dt>
          <dd>{person}</dd>
        </div>
        <div>
          <dt>{say.server}</dt>
          <dd>{location.host}</dd>
        </div>
        <div>
          <dt>{say.validFor}</dt>
          <dd class="digits">{clockFace(left)}</dd>
        </div>
      </dl>
      <div class="field">
        <label for="device-name">{say.deviceName}</label>
        <input
          id="device-name"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
          required
          maxLength={60}
          autocomplete="off"
          aria-describedby="device-name-hint"
        />
        <p class="hint" id="device-name-hint">
          {say.deviceNameHint}
        </p>
      </div>
      {replaces && <p class="aside">{say.invitationReplaces}</p>}
      {screen.fault && (
        <p class="fault" role="alert">
          {say.faults[screen.fault]}
        </p>
      )}
      <div class="bottom">
        <p class="aside">{say.invitationWarning}</p>
        <div class="actions">
          <button type="button" class="button" onClick={goHome}>
            {say.back}
          </button>
          <button type="submit" class="button primary" aria-disabled={isBusy}>
            {isBusy ? say.connecting : say.connect}
          </button>
        </div>
      </div>
    </form>
  );
}
