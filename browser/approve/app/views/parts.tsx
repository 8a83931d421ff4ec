import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../state.ts';
import type { Words } from '../words/en.ts';
import { words } from '../words/index.ts';

/** What the app says, in the language that is chosen. */
export function useWords(): Words {
  return words[useApp().language];
}

/** The heading of what is on the screen; it takes the focus, so that it is read out and the keyboard goes on from there. */
export function Title({ children, page }: { readonly children: ComponentChildren; readonly page?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { server } = useApp();
  const name = server?.name ?? 'Portvakt';
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    document.title = page === undefined ? name : `${page} – ${name}`;
  }, [page, name]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

const marks = {
  gate: 'M6 21v-9a6 6 0 0 1 12 0v9M12 13.2v6.3M12 12.2v.01',
  check: 'm5 12.5 4.6 4.6L19.2 7',
  cross: 'm6.5 6.5 11 11m0-11-11 11',
  pause: 'M9 6v12m6-12v12',
  clock: 'M12 7v5.4l3.4 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17',
  warning: 'M12 8.5v4.7m0 3.2v.01M12 3.8 2.9 19.5h18.2L12 3.8',
  link: 'm10 14 4-4m-2.8-3.2 1.6-1.6a4 4 0 0 1 5.7 5.7L17 12.4M12.8 17.2l-1.6 1.6a4 4 0 0 1-5.7-5.7L7 11.6',
  swap: 'M4 9h13m-4-4 4 4-4 4M20 16H7m4-4-4 4 4 4',
} as const;

/** The kinds of {@link Mark}. */
export type MarkName = keyof typeof marks;

/** A drawing that says in little what the words beside it say. */
export function Mark({ name }: { readonly name: MarkName }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d={marks[name]} />
    </svg>
  );
}

/** A large mark, a heading and a sentence, in the middle of the screen. */
export function Statement(props: {
  readonly mark: MarkName;
  readonly tone?: 'good' | 'bad' | 'warn' | undefined;
  readonly title: string;
  readonly page?: string;
  readonly children?: ComponentChildren;
}) {
  const { mark, tone = 'calm', title, page, children } = props;
  return (
    <div class={`statement ${tone}`}>
      <span class="medal">
        <Mark name={mark} />
      </span>
      <Title {...(page !== undefined && { page })}>{title}</Title>
      {children}
    </div>
  );
}

/** A question over everything else; Escape closes it. */
export function Dialog(props: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={props.onClose}>
      <h2 id="dialog-title">{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** An instant as people say it: the time when it is today, else day and time. */
export function sayInstant(at: number, locale: string): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const day = isToday ? {} : ({ day: 'numeric', month: 'short' } as const);
  return new Intl.DateTimeFormat(locale, { ...day, hour: '2-digit', minute: '2-digit' }).format(at);
}

/** A day as people say it. */
export function sayDay(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
}
