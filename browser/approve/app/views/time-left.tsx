import { useEffect, useRef, useState } from 'preact/hooks';
import { clockFace, secondsLeft, spokenAt } from '../../../kit/remaining.ts';
import { useWords } from './parts.tsx';

/** Milliseconds until an instant of this device's clock; drawn anew four times a second. */
export function useTimeLeft(endsAt: number): number {
  const [left, setLeft] = useState(() => endsAt - Date.now());
  useEffect(() => {
    const tick = () => setLeft(endsAt - Date.now());
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [endsAt]);
  return Math.max(0, left);
}

/** How long is left to answer: as a bar, as digits, and now and then in words for those who listen. */
export function TimeLeft(props: {
  readonly endsAt: number;
  /** The whole time, in milliseconds. */
  readonly wholeMs: number;
  readonly onEnd: () => void;
}) {
  const say = useWords();
  const bar = useRef<HTMLDivElement>(null);
  const left = useTimeLeft(props.endsAt);
  const seconds = secondsLeft(left);
  const isOver = left === 0;
  useEffect(() => {
    if (isOver) props.onEnd();
  }, [isOver]);
  useEffect(() => {
    bar.current?.style.setProperty('--share', String(Math.min(1, left / props.wholeMs)));
  }, [left, props.wholeMs]);
  const spoken = spokenAt.find((each) => seconds <= each && seconds > each - 2);
  return (
    <div class={seconds <= 10 ? 'time-left soon' : 'time-left'}>
      <div class="bar" ref={bar} aria-hidden="true" />
      <p role="timer" class="digits">
        {say.left(clockFace(left))}
      </p>
      <p class="hidden" role="status">
        {spoken !== undefined && say.spokenLeft(spoken)}
      </p>
    </div>
  );
}
