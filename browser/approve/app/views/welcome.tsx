import { useState } from 'preact/hooks';
import { Mark } from '../../../kit/mark.tsx';
import { goHome } from '../attention.ts';
import { signerOf } from '../connection.ts';
import { addPasskey } from '../enrolling.ts';
import { type Fault, useApp } from '../state.ts';
import { turnOnWaking } from '../waking.ts';
import { Statement, useWords } from './parts.tsx';

/** Right after enrolling: what else makes this device a good one. */
export function Welcome({ device }: { readonly device: string }) {
  const say = useWords();
  const { server, waking } = useApp();
  const enrolment = signerOf(device);
  const mayPasskey = server?.passkeys === true && enrolment?.passkey !== 'none';
  const isDone = (!mayPasskey || enrolment?.passkey === 'registered') && waking !== 'unasked';
  return (
    <>
      <Statement mark="check" tone="good" title={say.welcomeTitle}>
        <p>{say.welcomeText(enrolment?.displayName ?? '')}</p>
      </Statement>
      {mayPasskey && <PasskeyStep device={device} isMade={enrolment?.passkey === 'registered'} />}
      <WakingStep />
      <div class="bottom">
        <button type="button" class={isDone ? 'button primary wide' : 'button wide'} onClick={goHome}>
          {isDone ? say.done : say.later}
        </button>
      </div>
    </>
  );
}

function PasskeyStep({ device, isMade }: { readonly device: string; readonly isMade: boolean }) {
  const say = useWords();
  const [fault, setFault] = useState<Fault>();
  if (isMade) return <Ticked text={say.passkeyMade} />;
  return (
    <section class="step">
      <h2>{say.passkeyTitle}</h2>
      <p>
        {say.passkeyText} {say.passkeyUntil}
      </p>
      {fault && (
        <p class="fault" role="alert">
          {say.faults[fault]}
        </p>
      )}
      <button type="button" class="button primary" onClick={async () => setFault(await addPasskey(device))}>
        {say.passkeyMake}
      </button>
    </section>
  );
}

function WakingStep() {
  const say = useWords();
  const { waking } = useApp();
  if (waking === 'ready') return <Ticked text={say.wakeDone} />;
  if (waking === 'unknown') return null;
  const text = {
    unasked: say.wakeText,
    blocked: say.blockedText,
    unavailable: say.unavailableText,
    install: say.installIosText,
    failed: say.wakeFailed,
  }[waking];
  return (
    <section class="step">
      <h2>{waking === 'blocked' ? say.blockedTitle : waking === 'install' ? say.installTitle : say.wakeTitle}</h2>
      <p>{text}</p>
      {waking === 'unasked' && (
        <button type="button" class="button primary" onClick={() => void turnOnWaking()}>
          {say.turnOn}
        </button>
      )}
    </section>
  );
}

function Ticked({ text }: { readonly text: string }) {
  return (
    <p class="ticked" role="status">
      <Mark name="check" /> {text}
    </p>
  );
}
