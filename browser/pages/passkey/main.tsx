import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { useEffect, useState } from 'preact/hooks';
import { Conversation } from '../kit/endings.tsx';
import { Cancel } from '../kit/form.tsx';
import { useKit } from '../kit/kit.ts';
import { openPage } from '../kit/open.tsx';
import { Fault, Title } from '../kit/parts.tsx';
import { useTalk } from '../kit/talk.ts';

void openPage(Passkey);

type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Signing in with a passkey: the options come with `options`, what the device made of them goes as `verification`. */
function Passkey() {
  const { say, read } = useKit();
  const talk = useTalk();
  const [stopped, setStopped] = useState(false);
  const { options, message } = talk.told ?? {};
  const isAsked = talk.type === 'options' && options !== undefined;
  useEffect(() => {
    if (!isAsked) return;
    const prove = async () => {
      try {
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
  const fault = stopped ? say('passkey.stopped') : message && read(message.text, 'common.unknown');
  const isBusy = talk.isBusy || isAsked;
  if (!browserSupportsWebAuthn()) return <Fault>{say('passkey.unsupported')}</Fault>;
  return (
    <Conversation talk={talk}>
      <Title>{say('passkey.title')}</Title>
      {fault === undefined ? <p class="lead">{say('passkey.lead')}</p> : <Fault>{fault}</Fault>}
      <div class="bottom">
        <button type="button" class="button primary wide" aria-busy={isBusy} onClick={() => isBusy || begin()}>
          {isBusy && <span class="spinner" aria-hidden="true" />}
          {say('passkey.use')}
        </button>
        <Cancel talk={talk} />
      </div>
    </Conversation>
  );
}
