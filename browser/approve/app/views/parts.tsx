import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Mark, type MarkName } from '../../../kit/mark.tsx';
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
