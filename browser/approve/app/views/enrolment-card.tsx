import { useState } from 'preact/hooks';
import { type Enrolment, signers } from '../../device/enrolment.ts';
import { forget, leave } from '../connection.ts';
import { addPasskey } from '../enrolling.ts';
import { type Fault, useApp } from '../state.ts';
import { Dialog, sayDay, useWords } from './parts.tsx';

/** One enrolment of this browser, with what can be done about it. */
export function EnrolmentCard({ enrolment }: { readonly enrolment: Enrolment }) {
  const say = useWords();
  const [isAsking, setAsking] = useState(false);
  const { displayName, person, name, enrolledAt, key, push, passkey } = enrolment;
  const isLive = key !== undefined;
  return (
    <li class="enrolment">
      <div>
        <h3>
          {displayName} {displayName !== person && <span class="detail">{person}</span>}
        </h3>
        <p class="detail">{say.device(name, sayDay(enrolledAt, say.locale))}</p>
        <p class="tags">
          {!isLive && <span class="tag bad">{say.over}</span>}
          {isLive && (
            <span class={push === 'active' ? 'tag good' : 'tag'}>{push === 'active' ? say.wakes : say.wakesNot}</span>
          )}
          {isLive && passkey === 'registered' && <span class="tag good">{say.hasPasskey}</span>}
        </p>
        {isLive && <PasskeyOffer enrolment={enrolment} />}
      </div>
      {isLive && (
        <button type="button" class="button small" onClick={() => setAsking(true)}>
          {say.remove}
          <span class="hidden">{say.removeWhose(displayName)}</span>
        </button>
      )}
      {isAsking && <RemovalDialog enrolment={enrolment} onClose={() => setAsking(false)} />}
    </li>
  );
}

function PasskeyOffer({ enrolment }: { readonly enrolment: Enrolment }) {
  const say = useWords();
  const { server } = useApp();
  const [fault, setFault] = useState<Fault>();
  const isOffered = server?.passkeys === true && enrolment.passkey === 'possible';
  if (!isOffered) return null;
  return (
    <>
      <button type="button" class="button small" onClick={async () => setFault(await addPasskey(enrolment.id))}>
        {say.passkeyMake}
      </button>
      <p class={fault ? 'fault' : 'hint'} role={fault ? 'alert' : undefined}>
        {fault ? say.faults[fault] : say.passkeyUntil}
      </p>
    </>
  );
}

function RemovalDialog({ enrolment, onClose }: { readonly enrolment: Enrolment; readonly onClose: () => void }) {
  const say = useWords();
  const [hasFailed, setFailed] = useState(false);
  const remove = async () => {
    const [signer] = signers([enrolment]);
    try {
      // Without a connection the server goes on to know the device, which has no key any more.
      if (signer === undefined || hasFailed) await forget(enrolment.id);
      else await leave(signer);
    } catch {
      setFailed(true);
    }
  };
  return (
    <Dialog title={say.removeTitle(enrolment.displayName)} onClose={onClose}>
      <p>{say.removeText}</p>
      {hasFailed && (
        <p class="fault" role="alert">
          {say.removeFailed}
        </p>
      )}
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {say.keep}
        </button>
        <button type="button" class="button bad" onClick={() => void remove()}>
          {hasFailed ? say.removeAnyway : say.remove}
        </button>
      </div>
    </Dialog>
  );
}
