import { Mark, type MarkName } from '../../kit/mark.tsx';
import { Conversation } from '../kit/endings.tsx';
import { useKit } from '../kit/kit.ts';
import { openPage } from '../kit/open.tsx';
import { Emblem, Fault, Title } from '../kit/parts.tsx';
import { useTalk } from '../kit/talk.ts';

interface Option {
  readonly id: string;
  readonly label: string;
  readonly logo?: string;
  /** The type of the page behind it. */
  readonly type?: string;
}

/** What stands where the configuration has no logo. */
const marks: Readonly<Record<string, MarkName>> = {
  UserNameAndPassword: 'person',
  UserLookup: 'person',
  OTPValidator: 'digits',
  Passkey: 'key',
  NiasOnOtherDevice: 'card',
  NiasOnSameDevice: 'card',
  BidOnOtherDevice: 'code',
  FrejaWithQRCode: 'code',
};

void openPage(Selector);

/** Ways to sign in, one below the other. */
function Selector() {
  const { say, read } = useKit();
  const talk = useTalk('init');
  const { options, message } = talk.told ?? {};
  const offered: readonly Option[] = Array.isArray(options) ? options : [];
  return (
    <Conversation talk={talk}>
      <Title>{say('selector.title')}</Title>
      {message !== undefined && offered.length === 0 ? (
        <Emblem look={{ mark: 'warning', tone: 'bad' }}>{read(message.text, 'common.unknown')}</Emblem>
      ) : message !== undefined ? (
        <Fault>{read(message.text, 'common.unknown')}</Fault>
      ) : (
        <p class="lead">{say(offered.length === 0 ? 'common.no_options' : 'selector.lead')}</p>
      )}
      <ul class="options">
        {offered.map(({ id, label, logo, type = '' }) => (
          <li key={id}>
            <button type="button" class="option" onClick={() => void talk.send('action', { id })}>
              {logo === undefined ? (
                <Mark name={marks[type] ?? 'phone'} />
              ) : (
                <img src={logo} alt="" width="24" height="24" />
              )}
              <span>{read(label, 'selector.title')}</span>
              <Mark name="onward" />
            </button>
          </li>
        ))}
      </ul>
    </Conversation>
  );
}
