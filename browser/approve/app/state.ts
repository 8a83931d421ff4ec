import { useEffect, useState } from 'preact/hooks';
import type { Language } from '../../kit/language.ts';
import type { Assignment } from '../device/assignment.ts';
import type { Invitation } from '../device/enrol.ts';
import type { Enrolment } from '../device/enrolment.ts';
import type { Outcome, PastAnswer } from '../device/keep.ts';

/** What `hello` answers. docs/approval-protocol.md */
export interface Hello {
  readonly now: number;
  readonly name: string;
  readonly applicationServerKey: string;
  readonly passkeys: boolean;
}

/** Why something did not go; each has its words. */
export type Fault =
  | 'no-connection'
  | 'clock'
  | 'outdated'
  | 'number'
  | 'changed'
  | 'passkey-cancelled'
  | 'passkey-required'
  | 'passkey-refused'
  | 'name'
  | 'limit'
  | 'unexpected';

/** Why a request ended without an answer from here. */
export type Ending = 'expired' | 'gone' | 'replaced';

/** The one thing that is on the screen. */
export type Screen =
  | { readonly name: 'loading' | 'home' }
  | { readonly name: 'unusable'; readonly why: 'insecure' | 'no-storage' }
  | { readonly name: 'invitation'; readonly code: string; readonly step: 'reading' | 'used' | 'unreachable' }
  | {
      readonly name: 'invitation';
      readonly code: string;
      readonly step: 'confirm' | 'enrolling';
      readonly invitation: Invitation;
      readonly fault?: Fault;
    }
  | { readonly name: 'welcome'; readonly device: string }
  | {
      readonly name: 'request';
      readonly device: string;
      readonly shown: Assignment;
      /** When it ends, by this device's clock. */
      readonly endsAt: number;
      readonly isSending: boolean;
      readonly fault?: Fault;
    }
  | { readonly name: 'result'; readonly shown: Assignment; readonly outcome: Outcome }
  | { readonly name: 'ended'; readonly shown: Assignment; readonly why: Ending };

/** Whether a push can wake this browser, as far as the browser itself is concerned. */
export type Waking = 'unknown' | 'ready' | 'unasked' | 'blocked' | 'unavailable' | 'install' | 'failed';

/** All that the app shows. */
export interface AppState {
  readonly language: Language;
  readonly screen: Screen;
  readonly server?: Hello;
  /** How far this device's clock is ahead of the server's, in milliseconds; 0 until it is known. */
  readonly clockAheadMs: number;
  readonly isOffline: boolean;
  /** The server does not speak this app's version of the protocol. */
  readonly isOutdated: boolean;
  readonly enrolments: readonly Enrolment[];
  readonly answers: readonly PastAnswer[];
  readonly waking: Waking;
  readonly canInstall: boolean;
}

let state: AppState = {
  language: 'en',
  screen: { name: 'loading' },
  clockAheadMs: 0,
  isOffline: false,
  isOutdated: false,
  enrolments: [],
  answers: [],
  waking: 'unknown',
  canInstall: false,
};
const listeners = new Set<(state: AppState) => void>();

/** The state as it is now. */
export function current(): AppState {
  return state;
}

/** Changes the state, and has what it shows drawn anew. */
export function update(change: Partial<AppState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener(state);
}

/** Puts something else on the screen. */
export function show(screen: Screen): void {
  update({ screen });
}

/** Has `listener` told of every change from now on. */
export function onChange(listener: (state: AppState) => void): void {
  listeners.add(listener);
}

/** The state, for a component that is drawn anew when it changes. */
export function useApp(): AppState {
  const [shown, setShown] = useState(state);
  useEffect(() => {
    listeners.add(setShown);
    setShown(state);
    return () => void listeners.delete(setShown);
  }, []);
  return shown;
}
