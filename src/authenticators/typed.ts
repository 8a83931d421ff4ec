import type { EventType } from '../core/event.ts';
import type { Found } from '../core/pipeline.ts';
import { Problem } from '../core/problem.ts';
import { defineAuthenticator, type Outcome, type Turn, textIn } from './authenticator.ts';
import { authenticatorEvents } from './events.ts';

/** What authenticators keep that take what a person types. */
interface Typed {
  readonly wrong: number;
  /** OTPValidator: what its first operation answered. */
  readonly sent?: Readonly<Record<string, string>>;
}

interface Asking {
  readonly input: Readonly<Record<string, string>>;
  readonly tries: number;
  readonly by?: string;
  readonly refused: EventType;
  done(facts: Found): Promise<Outcome>;
}

/** Longest text that is looked at. */
const maxLength = 255;

/** User name and password. */
export const userNameAndPassword = defineAuthenticator({
  name: 'UserNameAndPassword',
  proves: ['check'],
  operations: ({ config }) => ({
    check: config.pipe_id ?? operation([{ step: 'find-claimant' }, { step: 'check-password' }]),
  }),
  messages: {
    cancel,
    state: (turn) => ({ shown: idle(turn, turn.settings.config.allowed_retries) }),
    start(turn) {
      const identifier = textIn(turn.data, 'identifier')?.trim() ?? '';
      const password = textIn(turn.data, 'password') ?? '';
      const tries = turn.settings.config.allowed_retries;
      if (!isFit(identifier) || password === '' || password.length > 1000) return invalid(turn, tries);
      const input = { username: identifier, password };
      const refused = authenticatorEvents.passwordRefused;
      return ask(turn, {
        input,
        tries,
        refused,
        done: (facts) => proved(turn, facts, 'password', authenticatorEvents.passwordAccepted),
      });
    },
  },
});

/** A user name that proves nothing yet: those after it in a chain do. */
export const userLookup = defineAuthenticator({
  name: 'UserLookup',
  operations: ({ config }) => ({ check: config.pipe_id ?? operation([{ step: 'find-user' }]) }),
  messages: {
    cancel,
    state: (turn) => ({ shown: idle(turn, turn.settings.config.allowed_retries) }),
    start(turn) {
      const identifier = textIn(turn.data, 'identifier')?.trim() ?? '';
      const tries = turn.settings.config.allowed_retries;
      if (!isFit(identifier)) return invalid(turn, tries);
      return ask(turn, {
        input: { username: identifier },
        tries,
        refused: authenticatorEvents.userNotFound,
        async done({ user }) {
          if (user === undefined) throw new Problem('internal', 'the operation found nobody, and did not say so');
          await turn.note(authenticatorEvents.userFound, { user: user.id });
          const claims = { realm: user.realm, id: user.id };
          return { state: {}, shown: { status: 'COMPLETED' }, done: { claims, exports: { username: user.id } } };
        },
      });
    },
  },
});

/** A code: of a token, or one that is sent. */
export const otpValidator = defineAuthenticator({
  name: 'OTPValidator',
  proves: ['check'],
  operations({ config }) {
    const { by, pipe_id: pipe, pre_pipe_id: before, allowed_otp_retry: retries } = config;
    if (by === 'token') return { check: pipe ?? 'otp_token_auth', ...(before !== undefined && { send: before }) };
    const send = [{ step: 'find-user' }, { step: 'otp-sms/begin-login' }, { step: 'otp-sms/send-code', by, retries }];
    return { send: before ?? operation(send), check: pipe ?? 'validate_otp' };
  },
  messages: {
    cancel,
    async state(turn) {
      const { config } = turn.settings;
      const kept = typed(turn);
      const shown = idle(turn, config.allowed_otp_retry);
      const username = nameIn(turn);
      if (username === undefined) return nobody(shown);
      if (kept.sent !== undefined || !isSent(turn)) return { shown };
      try {
        const { reply } = await turn.run('send', { username });
        return { state: { ...kept, sent: reply }, shown };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { type: 'failure', shown: { ...shown, status: 'ERROR' }, message: 'common.code_not_sent' };
      }
    },
    start(turn) {
      const otp = textIn(turn.data, 'otp')?.trim() ?? '';
      const tries = turn.settings.config.allowed_otp_retry;
      const username = nameIn(turn);
      const { sent } = typed(turn);
      if (username === undefined) return nobody(idle(turn, tries));
      if (!isFit(otp) || (isSent(turn) && sent === undefined)) return invalid(turn, tries);
      const input = { ...sent, username, otp };
      const refused = authenticatorEvents.codeRefused;
      return ask(turn, {
        input,
        tries,
        refused,
        done: (facts) => proved(turn, facts, 'otp', authenticatorEvents.codeAccepted),
      });
    },
  },
});

/** Whoever was to be known by now is not, as an authenticator before this one has failed: no code can be right here. */
function nobody(shown: Outcome['shown']): Outcome {
  return { type: 'failure', shown: { ...shown, status: 'ERROR' }, ends: 'failed' };
}

function operation(steps: readonly { readonly step: string; readonly [setting: string]: unknown }[]) {
  return { summary: 'Part of a sign-in page', steps: [...steps] };
}

function isSent({ settings: { config } }: Turn): boolean {
  return config.by !== 'token' || config.pre_pipe_id !== undefined;
}

function nameIn({ user, exports }: Turn): string | undefined {
  return user?.id ?? exports['username'];
}

function typed({ state }: Turn): Typed {
  return { wrong: 0, ...(state as Partial<Typed> | undefined) };
}

function idle(turn: Turn, tries: number): Readonly<Record<string, unknown>> {
  const { type, config } = turn.settings;
  const by = type === 'OTPValidator' && { by: config.by };
  return { status: 'ABOUT_TO_START', triesLeft: tries + 1 - typed(turn).wrong, ...by };
}

/** Nothing was tried, so nothing is counted. */
function invalid(turn: Turn, tries: number): Outcome {
  return { type: 'failure', shown: { ...idle(turn, tries), status: 'ERROR' }, message: 'common.input_invalid' };
}

function cancel(): Outcome {
  return { state: {}, shown: { status: 'ABOUT_TO_START' }, ends: 'cancelled' };
}

async function ask(turn: Turn, { input, tries, refused, done }: Asking): Promise<Outcome> {
  try {
    return await done(await turn.run('check', input));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await turn.note(refused, { reason: error.code });
    const kept = typed(turn);
    const wrong = kept.wrong + 1;
    const isLast = wrong > tries;
    return {
      type: 'failure',
      state: { ...kept, wrong },
      shown: { ...idle(turn, tries), status: 'ERROR', triesLeft: tries + 1 - wrong },
      message: isLast ? 'common.no_tries_left' : 'common.refused',
      ...(isLast && { ends: 'failed' as const }),
    };
  }
}

async function proved(turn: Turn, { user, isProven }: Found, method: string, accepted: EventType): Promise<Outcome> {
  // Fail closed: an operation of one’s own that forgets to prove somebody proves nobody, whomever it names.
  if (user === undefined || !isProven) throw new Problem('refused', 'the operation proved nobody');
  await turn.note(accepted, { user: user.id });
  const person = { realm: user.realm, id: user.id };
  return { state: {}, shown: { status: 'COMPLETED' }, done: { user: person, method, exports: { username: user.id } } };
}

function isFit(text: string): boolean {
  return text !== '' && text.length <= maxLength && !/\p{Cc}/u.test(text);
}

/** A no, as opposed to a fault of ours or of a service: that decides nothing, and counts nothing. */
function isRefusal(error: unknown): error is Problem {
  return error instanceof Problem && error.status < 500;
}
