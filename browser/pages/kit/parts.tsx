import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Mark, type MarkName } from '../../kit/mark.tsx';
import { useKit } from './kit.ts';

/** The heading of what is on the screen. Unless a field is there to be filled in, it takes the focus, so that it is read out. */
export function Title({ children, isQuiet = false }: { readonly children: string; readonly isQuiet?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { say } = useKit();
  const brand = say('brand');
  useEffect(() => {
    if (!isQuiet) heading.current?.focus();
  }, []);
  useEffect(() => {
    document.title = brand === '' ? children : `${children} – ${brand}`;
  }, [children, brand]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** A large mark, a heading and a sentence, in the middle of the page. */
export function Statement(props: {
  readonly mark: MarkName;
  readonly tone?: 'good' | 'bad' | 'warn';
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class={`statement ${props.tone ?? 'calm'}`}>
      <span class="medal">
        <Mark name={props.mark} />
      </span>
      <Title>{props.title}</Title>
      {props.children}
    </div>
  );
}

/** That something is under way. */
export function Waiting({ children }: { readonly children: string }) {
  return (
    <p class="waiting" role="status">
      <span class="spinner" aria-hidden="true" />
      {children}
    </p>
  );
}

/** How grave it is: a no of one's own, or too little time, is none of the things that went wrong. */
export interface Look {
  readonly mark: MarkName;
  readonly tone: 'calm' | 'warn' | 'bad';
}

const wrong: Look = { mark: 'warning', tone: 'bad' };

/** A large mark, and below it what the person does next or how it went; what went otherwise than meant is read out at once. */
export function Emblem({ look, children }: { readonly look: Look; readonly children: string }) {
  return (
    <div class={`emblem ${look.tone}`} role={look.tone === 'calm' ? undefined : 'alert'}>
      <span class="medal">
        <Mark name={look.mark} />
      </span>
      <p>{children}</p>
    </div>
  );
}

/** What went wrong, where the person looks for it; it is read out at once. */
export function Fault({ look = wrong, children }: { readonly look?: Look; readonly children: ComponentChildren }) {
  return (
    <div class={`fault-note ${look.tone}`} role="alert">
      <Mark name={look.mark} />
      <div>{children}</div>
    </div>
  );
}
