import { Mark } from '../../kit/mark.tsx';
import { Conversation } from '../kit/endings.tsx';
import { useKit } from '../kit/kit.ts';
import { openPage } from '../kit/open.tsx';
import { Fault, Title } from '../kit/parts.tsx';
import { useTalk } from '../kit/talk.ts';

interface Option {
  readonly id: string;
  readonly label: string;
  readonly logo?: string;
}

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
      {message !== undefined ? (
        <Fault>{read(message.text, 'common.unknown')}</Fault>
      ) : (
        <p class="lead">{say(offered.length === 0 ? 'common.no_options' : 'selector.lead')}</p>
      )}
      <ul class="options">
        {offered.map(({ id, label, logo }) => (
          <li key={id}>
            <button type="button" class="option" onClick={() => void talk.send('action', { id })}>
              {logo === undefined ? <Mark name="key" /> : <img src={logo} alt="" width="24" height="24" />}
              <span>{read(label, 'selector.title')}</span>
              <Mark name="onward" />
            </button>
          </li>
        ))}
      </ul>
    </Conversation>
  );
}
