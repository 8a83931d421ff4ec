import { useEffect, useState } from 'preact/hooks';
import { clockFace, spokenAt, secondsLeft as toSeconds } from '../../kit/remaining.ts';
import { useKit } from './kit.ts';

/** By how much two answers of the server may differ before the later one counts: networks are not even. */
const toleranceMs = 2000;

/** How long is left to answer: as digits, and now and then in words for those who listen. */
export function TimeLeft({ secondsLeft }: { readonly secondsLeft: number }) {
  const { say } = useKit();
  const left = useLeft(secondsLeft);
  const seconds = toSeconds(left);
  const spoken = spokenAt.find((each) => seconds <= each && seconds > each - 2);
  return (
    <>
      <p role="timer" class={seconds <= 30 ? 'time-left soon' : 'time-left'}>
        {say('order.left', { time: clockFace(left) })}
      </p>
      <p class="hidden" role="status">
        {spoken !== undefined && say('order.leftSpoken', { seconds: spoken })}
      </p>
    </>
  );
}

/** Milliseconds that are left, from what the server told last; drawn anew four times a second. */
function useLeft(secondsLeft: number): number {
  const [endsAt, setEndsAt] = useState(() => performance.now() + secondsLeft * 1000);
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const told = performance.now() + secondsLeft * 1000;
    setEndsAt((before) => (Math.abs(told - before) > toleranceMs ? told : before));
  }, [secondsLeft]);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, endsAt - now);
}
