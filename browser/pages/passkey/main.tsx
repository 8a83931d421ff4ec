import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { useEffect, useState } from 'preact/hooks';
import { Conversation } from '../kit/endings.tsx';
import { Cancel, isCancelled } from '../kit/form.tsx';
import { useKit } from '../kit/kit.ts';
import { openPage } from '../kit/open.tsx';
import { Emblem, Title } from '../kit/parts.tsx';
import { type Talk, useTalk } from '../kit/talk.ts';
import type { TextKey } from '../kit/words/en.ts';

void openPage(Passkey);

type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];
type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

interface Words {
  readonly title: TextKey;
  readonly lead: TextKey;
  readonly button: TextKey;
  readonly stopped: TextKey;
}

const using: Words = {
  title: 'passkey.title',
  lead: 'passkey.lead',
  button: 'passkey.use',
  stopped: 'passkey.stopped',
};
const making: Words = {
  title: 'passkey.enrollTitle',
  lead: 'passkey.enrollLead',
  button: 'passkey.enroll',
  stopped: 'passkey.notMade',
};

/**
 * Signing in with a passkey: the options come with `options`, what the device made of them goes as `verification`. Or making one, after
 * another proof: the same with `registration`.
 */
function Passkey() {
  const { say, read } = useKit();
  const talk = useTalk();
  const { message, mode, status } = talk.told ?? {};
  const { isAsked, isStopped, begin } = useDevice(talk);
  const words = mode === 'enroll' ? making : using;
  const isPossible = browserSupportsWebAuthn();
  const fault = !isPossible
    ? say('passkey.unsupported')
    : isStopped
      ? say(words.stopped)
      : message && read(message.text, 'common.unknown');
  const isBusy = talk.isBusy || isAsked;
  return (
    <Conversation talk={talk}>
      <Title key={isCancelled(talk)}>{say(words.title)}</Title>
      {fault === undefined ? (
        <Emblem look={{ mark: 'key', tone: 'calm' }}>
          {say(isCancelled(talk) ? 'page.cancelledText' : words.lead)}
        </Emblem>
      ) : (
        <Emblem look={isStopped ? { mark: 'stopped', tone: 'warn' } : { mark: 'warning', tone: 'bad' }}>{fault}</Emblem>
      )}
      <div class="bottom">
        {isPossible && status !== 'ERROR' && (
          <button type="button" class="button primary wide" aria-busy={isBusy} onClick={() => isBusy || begin()}>
            {isBusy && <span class="spinner" aria-hidden="true" />}
            {say(words.button)}
          </button>
        )}
        {talk.told?.canSkip === true && (
          <button type="button" class="button wide" onClick={() => void talk.send('skip')}>
            {say('passkey.skip')}
          </button>
        )}
        <Cancel talk={talk} />
      </div>
    </Conversation>
  );
}

/** Hands the options to the device once they are there, and what it makes of them to the server. */
function useDevice(talk: Talk) {
  const [isStopped, setStopped] = useState(false);
  const { options, mode } = talk.told ?? {};
  const isAsked = talk.type === 'options' && options !== undefined;
  useEffect(() => {
    if (!isAsked) return;
    const prove = async () => {
      try {
        if (mode === 'enroll') {
          const attestation = await startRegistration({ optionsJSON: options as CreationOptions });
          return await talk.send('registration', { attestation });
        }
        const assertion = await startAuthentication({ optionsJSON: options as RequestOptions });
        await talk.send('verification', { assertion });
      } catch {
        setStopped(true);
        await talk.send('state');
      }
    };
    void prove();
  }, [isAsked, options]);
  const begin = () => {
    setStopped(false);
    void talk.send('options');
  };
  return { isAsked, isStopped, begin };
}
