import { useEffect, useState } from 'preact/hooks';
import { Mark } from '../../kit/mark.tsx';
import { Conversation } from './endings.tsx';
import { type Asked, Cancel, Fields, isCancelled } from './form.tsx';
import { useKit } from './kit.ts';
import { Emblem, Fault, type Look, Title, Waiting } from './parts.tsx';
import type { Told } from './server.ts';
import { type Talk, useTalk } from './talk.ts';
import { TimeLeft } from './time-left.tsx';
import type { TextKey } from './words/en.ts';

/** What is particular to one type of page with an order in an app. */
export interface OrderKind {
  /** Whose texts. */
  readonly family: 'nias' | 'bankid' | 'freja' | 'onetouch';
  readonly lead: TextKey;
  /** What the person types; nothing when the app is told by a code, or is on this device. */
  readonly asked?: Asked;
  /** A code is shown as soon as the page is, so that nothing has to be pressed. */
  readonly beginsAlone?: boolean;
}

/** A page whose order the person answers in an app. */
export function OrderPage({ kind }: { readonly kind: OrderKind }) {
  const { say } = useKit();
  const talk = useTalk();
  const { told, type } = talk;
  const isPending = told?.status === 'PENDING';
  // Once: an order that ended elsewhere, in another tab perhaps, is not begun anew behind the person's back.
  const [hasBegun, setBegun] = useState(false);
  const begins = kind.beginsAlone === true && !hasBegun && told?.status === 'ABOUT_TO_START' && type === 'state';
  useEffect(() => {
    if (!begins) return;
    setBegun(true);
    void talk.send('start');
  }, [begins]);
  return (
    <Conversation talk={talk}>
      {isPending ? (
        <Pending key="pending" talk={talk} told={told} kind={kind} />
      ) : begins || (kind.beginsAlone === true && talk.isBusy && told?.status === 'ABOUT_TO_START') ? (
        <Waiting>{say('page.loading')}</Waiting>
      ) : (
        <Beginning key="beginning" talk={talk} kind={kind} />
      )}
    </Conversation>
  );
}

function Beginning({ talk, kind }: { readonly talk: Talk; readonly kind: OrderKind }) {
  const { say } = useKit();
  const { told = {} } = talk;
  const asked = told.needsIdentifier === false ? undefined : kind.asked;
  const begin = (values: object = {}) => void talk.send('start', values);
  return (
    <>
      <Title key={isCancelled(talk)} isQuiet={asked !== undefined && !isCancelled(talk)}>
        {say(`${kind.family}.title`)}
      </Title>
      <Lead talk={talk} kind={kind} isForm={asked !== undefined} />
      {hasFailed(told) && told.canRestart === false ? (
        <div class="bottom">
          <Cancel talk={talk} />
        </div>
      ) : asked !== undefined ? (
        <Fields talk={talk} asked={[asked]} submit={hasFailed(told) ? 'page.again' : 'page.proceed'} onSubmit={begin} />
      ) : (
        <div class="bottom">
          <BeginButton talk={talk} kind={kind} onBegin={() => begin()} />
          <Cancel talk={talk} />
        </div>
      )}
    </>
  );
}

/** What it is about, or how the last one ended; large where nothing else is on the page. */
function Lead({ talk, kind, isForm }: { readonly talk: Talk; readonly kind: OrderKind; readonly isForm: boolean }) {
  const { say, read } = useKit();
  const { told = {} } = talk;
  if (hasFailed(told) && !talk.isBusy) {
    const key = textOf(told, kind);
    const text = read(key, 'common.unknown');
    return isForm ? <Fault look={lookOf(key)}>{text}</Fault> : <Emblem look={lookOf(key)}>{text}</Emblem>;
  }
  const text = say(isCancelled(talk) ? 'page.cancelledText' : kind.lead);
  const mark = kind.beginsAlone ? 'code' : 'phone';
  return isForm ? <p class="lead">{text}</p> : <Emblem look={{ mark, tone: 'calm' }}>{text}</Emblem>;
}

function BeginButton(props: { readonly talk: Talk; readonly kind: OrderKind; readonly onBegin: () => void }) {
  const { say } = useKit();
  const { talk, kind, onBegin } = props;
  const text = kind.beginsAlone
    ? say('order.newCode')
    : kind.family === 'onetouch'
      ? say('page.proceed')
      : say('order.open', { app: say(`${kind.family}.app`) });
  return (
    <button type="button" class="button primary wide" aria-busy={talk.isBusy} onClick={() => talk.isBusy || onBegin()}>
      {talk.isBusy && <span class="spinner" aria-hidden="true" />}
      {hasFailed(talk.told) && kind.beginsAlone !== true ? say('page.again') : text}
    </button>
  );
}

function Pending({ talk, told, kind }: { readonly talk: Talk; readonly told: Told; readonly kind: OrderKind }) {
  const { say, read } = useKit();
  const app = say(`${kind.family}.app`);
  const { autoStartLink, callerName, qr, number } = told;
  // Only what was begun by a press here opens the app: a page that comes back from it finds the same order, and leaves it.
  useEffect(() => {
    if (talk.type === 'start' && autoStartLink !== undefined && !kind.beginsAlone) location.assign(autoStartLink);
  }, []);
  const isOpenHere = autoStartLink !== undefined && isUntaken(told);
  const isAnswered = told.vendorStatus === 'AWAITING_RETURN';
  const status = (
    <p class="status" role="status">
      {qr === undefined && read(textOf(told, kind), 'page.loading')}
    </p>
  );
  return (
    <>
      <Title>{say(`${kind.family}.title`)}</Title>
      {qr !== undefined ? (
        <>
          <p class="lead">{say(kind.lead)}</p>
          <div class="qr">
            <img src={qr} alt={say('order.qr', { app })} width="240" height="240" />
          </div>
          {status}
        </>
      ) : number !== undefined ? (
        <>
          {status}
          <p class="number">
            <span>{say('onetouch.number')}</span>
            <strong class="digits">{number}</strong>
          </p>
        </>
      ) : (
        <>
          <div class="emblem calm" aria-hidden="true">
            <span class="medal pulse">
              <Mark name="phone" />
            </span>
          </div>
          {status}
        </>
      )}
      <div class="details">
        {isOpenHere && qr === undefined && <p>{say('order.opening', { app })}</p>}
        {callerName !== undefined && !isAnswered && <p>{say('order.asks', { app, caller: callerName })}</p>}
        {qr === undefined && kind.asked !== undefined && <p>{say('order.onlyYours')}</p>}
        {told.secondsLeft !== undefined && <TimeLeft secondsLeft={told.secondsLeft} />}
      </div>
      <div class="bottom">
        {isOpenHere && (
          <a class={qr === undefined ? 'button primary wide' : 'button wide here'} href={autoStartLink}>
            {say('order.open', { app })}
          </a>
        )}
        <Cancel talk={talk} />
      </div>
    </>
  );
}

/** How an ending looks, by the text that goes with it. */
function lookOf(text: string): Look {
  if (/expired|not_returned/i.test(text)) return { mark: 'clock', tone: 'warn' };
  if (/cancel|reject|declined/i.test(text)) return { mark: 'stopped', tone: 'warn' };
  return { mark: 'warning', tone: 'bad' };
}

function hasFailed(told: Told | undefined): boolean {
  return told?.status === 'FREJA_ERROR' || told?.status === 'ERROR';
}

/** No app has the order yet, so that opening one is of use. */
function isUntaken({ niasStatus, vendorStatus }: Told): boolean {
  const word = (niasStatus ?? vendorStatus ?? '').toLowerCase().replaceAll('_', '');
  return ['', 'outstandingtransaction', 'noclient', 'started', 'pending'].includes(word);
}

/** The text that the server names, or that goes with its status. */
function textOf({ message, niasStatus, vendorStatus }: Told, { family }: OrderKind): string {
  const word = (niasStatus ?? vendorStatus ?? 'pending').toLowerCase().replace(/[^a-z0-9]/g, '_');
  return message?.text ?? `${family}.${word}`;
}
