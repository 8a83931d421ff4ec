import { useEffect, useRef, useState } from 'preact/hooks';
import { useKit } from './kit.ts';
import { ask, go, type Reply, type Told } from './server.ts';

/** A conversation with the authenticator of this page. */
export interface Talk {
  /** What the server told last; absent until it has told anything. */
  readonly told?: Told;
  /** The kind of the last answer: `failure` among them. */
  readonly type?: string;
  /** Why there is no answer just now. */
  readonly fault?: 'no_session' | 'unavailable';
  /** The person waits for the answer to something they did. */
  readonly isBusy: boolean;
  /** The page is on its way to somewhere else. */
  readonly isLeaving: boolean;
  /** Says something. What was asked before it, and is answered after, no longer counts. */
  readonly send: (type: string, data?: object) => Promise<void>;
}

type Heard = Omit<Talk, 'send'>;

/** Reasons that say only that the page did not know how things stand. */
const behind = ['already_completed', 'not_now'];

/**
 * Begins with `opening`, then asks again while the server says that something is pending, or when it could not be reached, and at once when the page
 * is looked at again: after a return from an app, or by the back button.
 */
export function useTalk(opening: 'state' | 'init' = 'state'): Talk {
  const { pollSeconds } = useKit().facts;
  const [heard, setHeard] = useState<Heard>({ isBusy: false, isLeaving: false });
  const turn = useRef(0);
  const isAsked = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const brought = useRef<string>(undefined);

  /** Asks, and says with it by which word an app has led back. What was not heard is said once more. */
  const tellReturn = async (type: string, data: object): Promise<Reply> => {
    const { current: word } = brought;
    const reply = await ask(type, word === undefined ? data : { ...data, return: word });
    if (typeof reply === 'object' && brought.current === word) brought.current = undefined;
    return reply;
  };

  const send = async (type: string, data: object = {}): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    clearTimeout(timer.current);
    isAsked.current = type !== opening;
    if (isAsked.current) setHeard((before) => ({ ...before, isBusy: true }));
    const reply = await (type === opening ? tellReturn(type, data) : ask(type, data));
    if (mine !== turn.current) return;
    isAsked.current = false;
    const again = followUp(reply, pollSeconds);
    if (again !== undefined) timer.current = setTimeout(() => void send(opening), again * 1000);
    setHeard((before) => hear(before, reply));
    // Nobody sees a hidden page leave. The app may have led back in another tab: then that one goes on, and this one asks again when it is looked at.
    const isSeen = document.visibilityState === 'visible';
    if (typeof reply === 'object' && leavesAtOnce(reply.data) && isSeen) go(reply.data.location ?? '');
  };

  useEffect(() => {
    const come = () => {
      brought.current = takeReturn() ?? brought.current;
      void send(opening);
    };
    come();
    const look = () => {
      // What the person did is being answered, and says how things stand as well.
      if (document.visibilityState === 'visible' && !isAsked.current) void send(opening);
    };
    // A page that comes back from the browser's memory shows what was true when it was left.
    const back = ({ persisted }: PageTransitionEvent) => {
      if (persisted) void send(opening);
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('pageshow', back);
    // A browser may show the page that it has already when an app leads back to it.
    addEventListener('hashchange', come);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('pageshow', back);
      removeEventListener('hashchange', come);
      clearTimeout(timer.current);
    };
  }, []);

  return { ...heard, send };
}

/** The word with which an app has led back here. It is taken out of the address, where it would stay in the history. */
function takeReturn(): string | undefined {
  const [, word] = /^#return=([0-9a-f]{64})$/.exec(location.hash) ?? [];
  if (word !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return word;
}

/** In how many seconds the page asks again; undefined when it waits for the person. */
function followUp(reply: Reply, pollSeconds: number): number | undefined {
  if (reply === 'unavailable') return 3;
  if (reply === 'no_session') return undefined;
  if (!reply.success && behind.includes(reply.reason ?? '')) return 0;
  if (reply.data.status !== 'PENDING') return undefined;
  // The picture of an animated code is another one each second.
  return reply.data.qr === undefined ? pollSeconds : Math.min(1, pollSeconds);
}

function hear(before: Heard, reply: Reply): Heard {
  const { fault: _, ...rest } = before;
  if (typeof reply === 'string') return { ...rest, fault: reply, isBusy: false, isLeaving: false };
  if (!reply.success) return { ...rest, isBusy: false, ...(!behind.includes(reply.reason ?? '') && unexpected) };
  return { told: reply.data, type: reply.type, isBusy: false, isLeaving: leavesAtOnce(reply.data) };
}

const unexpected = { fault: 'unavailable' } as const;

/** A message is read before the page goes on; and a page that is told to go to itself is there already. */
function leavesAtOnce({ location: target, message }: Told): boolean {
  return target !== undefined && message === undefined && !isHere(target);
}

/** Whether this is the address of this very page. */
function isHere(target: string): boolean {
  const { origin, pathname } = new URL(target, location.href);
  return origin === location.origin && pathname === location.pathname;
}
