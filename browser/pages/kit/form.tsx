import { useState } from 'preact/hooks';
import { Conversation } from './endings.tsx';
import { Field } from './field.tsx';
import { useKit } from './kit.ts';
import { Fault, Title } from './parts.tsx';
import { type Talk, useTalk } from './talk.ts';
import type { TextKey } from './words/en.ts';

/** A field of a form. */
export interface Asked {
  /** Its name in the protocol. */
  readonly name: 'identifier' | 'password' | 'otp';
  readonly label: TextKey;
  readonly hint?: TextKey;
  readonly isSecret?: boolean;
  readonly autoComplete: string;
  readonly isDigits?: boolean;
}

interface FieldsProps {
  readonly talk: Talk;
  readonly asked: readonly Asked[];
  readonly submit: TextKey;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => void;
}

/** Fields, and a button that sends them; it can be cancelled. */
export function Fields({ talk, asked, submit, onSubmit }: FieldsProps) {
  const { say } = useKit();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [empty, setEmpty] = useState<string>();
  const send = (event: Event) => {
    event.preventDefault();
    if (talk.isBusy) return;
    const missing = asked.find(({ name }) => (values[name] ?? '').trim() === '')?.name;
    setEmpty(missing);
    if (missing !== undefined) return;
    onSubmit(trimmed(values));
    // What was wrong is typed anew; who it is for may stay.
    setValues((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name === 'identifier')));
  };
  return (
    <form class="fields" noValidate onSubmit={send}>
      {asked.map(({ name, label, hint, isSecret, autoComplete, isDigits }, index) => (
        <Field
          key={name}
          name={name}
          label={say(label)}
          {...(hint !== undefined && { hint: say(hint) })}
          isFirst={index === 0}
          isSecret={isSecret === true}
          fault={empty === name ? say('common.empty') : undefined}
          value={values[name] ?? ''}
          onValue={(value) => setValues((before) => ({ ...before, [name]: value }))}
          more={{
            autoComplete,
            ...(isDigits && ({ inputMode: 'numeric', class: 'digits' } as const)),
          }}
        />
      ))}
      <Submit talk={talk} text={say(submit)} />
    </form>
  );
}

/** The button that goes on, and the one that does not. */
function Submit({ talk, text }: { readonly talk: Talk; readonly text: string }) {
  return (
    <div class="bottom">
      <button type="submit" class="button primary wide" aria-busy={talk.isBusy}>
        {talk.isBusy && <span class="spinner" aria-hidden="true" />}
        {text}
      </button>
      <Cancel talk={talk} />
    </div>
  );
}

/** The button that ends it; none where that was done just now. */
export function Cancel({ talk }: { readonly talk: Talk }) {
  const { say } = useKit();
  if (isCancelled(talk)) return null;
  return (
    <button type="button" class="quiet" onClick={() => void talk.send('cancel')}>
      {say('page.cancel')}
    </button>
  );
}

/** The person has cancelled, and nothing was begun since. */
export function isCancelled({ type }: Talk): boolean {
  return type === 'cancel';
}

interface FormProps {
  readonly title: TextKey;
  readonly lead: (talk: Talk) => TextKey;
  readonly asked: readonly Asked[];
  readonly submit: TextKey;
}

/** A page that asks for something and sends it as `start`. */
export function FormPage({ title, lead, asked, submit }: FormProps) {
  const { say, read } = useKit();
  const talk = useTalk();
  const { message, triesLeft = 0 } = talk.told ?? {};
  // Without a code there is nothing to type, and nothing to try.
  const isUnsent = message?.text === 'common.code_not_sent';
  const hasEnded = isCancelled(talk);
  return (
    <Conversation talk={talk}>
      <Title key={hasEnded} isQuiet={!hasEnded && !isUnsent}>
        {say(title)}
      </Title>
      {!isUnsent && <p class="lead">{say(hasEnded ? 'page.cancelledText' : lead(talk))}</p>}
      {message !== undefined && !talk.isBusy && (
        <Fault>
          <p>{read(message.text, 'common.unknown')}</p>
          {triesLeft > 0 && !isUnsent && <p>{say('page.tries', { count: triesLeft })}</p>}
        </Fault>
      )}
      {isUnsent ? (
        <div class="bottom">
          <Cancel talk={talk} />
        </div>
      ) : (
        <Fields talk={talk} asked={asked} submit={submit} onSubmit={(values) => void talk.send('start', values)} />
      )}
    </Conversation>
  );
}

/** Blanks around what was typed are nobody's intention, except in a password. */
function trimmed(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const each = Object.entries(values).map(([name, value]) => [name, name === 'password' ? value : value.trim()]);
  return Object.fromEntries(each);
}
