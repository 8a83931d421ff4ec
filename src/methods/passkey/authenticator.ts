import { defineAuthenticator, type Outcome, type Turn } from '../../authenticators/authenticator.ts';
import { authenticatorEvents } from '../../authenticators/events.ts';
import type { Line } from '../../core/operation.ts';
import { Problem } from '../../core/problem.ts';
import { lastsMs } from './steps.ts';

type Mode = 'use' | 'enroll';

/** What is kept between offering and the answer. Gone with the answer, whatever it is: a challenge is good for one. */
interface Asked {
  readonly mode: Mode;
  readonly challenge: string;
  readonly rpId: string;
  readonly page: string;
  readonly until: number;
  /** Of the person a passkey is made for. */
  readonly handle?: string | undefined;
}

interface Place {
  readonly rpId: string;
  readonly page: string;
}

/** Signing in with a passkey, or making one after another proof in the same flow. */
export const passkey = defineAuthenticator({
  name: 'Passkey',
  proves: ['verify'],
  operations: ({ config }) => ({
    count: operation({ step: 'passkey/count' }),
    ask: operation({ step: 'passkey/ask' }),
    offer: operation({ step: 'passkey/offer' }),
    verify: operation({ step: 'passkey/verify' }),
    enrol: operation({ step: 'passkey/enrol', isFirst: config.enroll === 'missing' }),
  }),
  messages: {
    state: (turn) => guarded(turn, async (place) => ({ shown: shownOf(await modeOf(turn, place), turn) })),
    options: (turn) => guarded(turn, (place) => options(turn, place)),
    verification: (turn) => answered(turn, 'use', 'assertion', verification),
    registration: (turn) => answered(turn, 'enroll', 'attestation', registration),
    skip(turn) {
      if (!turn.isOptional) return { reason: 'not_now', shown: {} };
      return { state: {}, shown: { status: 'ABOUT_TO_START' }, ends: 'failed' };
    },
    cancel: () => ({ state: {}, shown: { status: 'ABOUT_TO_START' }, ends: 'cancelled' }),
  },
});

function operation(line: Line) {
  return { summary: 'Part of a sign-in page', steps: [line] };
}

/**
 * Where the page stands. Nothing a browser claims decides it: the origin is that of the request, which names the host it was sent to, and the
 * configuration may narrow it.
 */
function placeOf({ pageUrl, settings: { config } }: Turn): Place | undefined {
  const { origin, hostname } = new URL(pageUrl);
  const { rp_id: rpId = hostname, origins } = config;
  const isBelow = hostname === rpId || hostname.endsWith(`.${rpId}`);
  const isKnown = origins.length === 0 || origins.includes(origin);
  return isBelow && isKnown ? { rpId, page: origin } : undefined;
}

/** Runs `work` where passkeys can be used; tells what stands in the way otherwise. */
async function guarded(turn: Turn, work: (place: Place) => Promise<Outcome>): Promise<Outcome> {
  const place = placeOf(turn);
  if (place === undefined) return stopped(turn, 'passkey.elsewhere');
  if (turn.settings.config.enroll === 'always' && turn.user === undefined) return stopped(turn, 'passkey.not_proved');
  try {
    return await work(place);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return stopped(turn, error.code === 'person-unknown' ? 'common.person_unlinked' : 'passkey.refused');
  }
}

function stopped(turn: Turn, message: string): Outcome {
  return { type: 'failure', state: {}, shown: { ...skipOf(turn), status: 'ERROR' }, message };
}

/** Whoever is proved and has none may make one, where that is configured. Nobody else ever. */
async function modeOf(turn: Turn, { rpId }: Place): Promise<Mode> {
  const { enroll } = turn.settings.config;
  if (enroll === 'never' || turn.user === undefined) return 'use';
  if (enroll === 'always') return 'enroll';
  const { reply } = await turn.run('count', { user: turn.user.id, rpId });
  return reply['count'] === '0' ? 'enroll' : 'use';
}

function shownOf(mode: Mode, turn: Turn): Readonly<Record<string, unknown>> {
  return { status: 'ABOUT_TO_START', mode, ...skipOf(turn) };
}

function skipOf({ isOptional }: Turn): { readonly canSkip?: true } {
  return isOptional ? { canSkip: true } : {};
}

async function options(turn: Turn, place: Place): Promise<Outcome> {
  const mode = await modeOf(turn, place);
  const { rpId, page } = place;
  const { display_name: rpName = rpId } = turn.settings;
  // Whoever is only named must not be told which passkeys that person has (WebAuthn Level 3 §14.6.3).
  const user = turn.user === undefined ? undefined : { user: turn.user.id };
  const { reply } = await turn.run(mode === 'use' ? 'ask' : 'offer', { rpId, rpName, ...user });
  const { challenge = '', handle } = reply;
  const state: Asked = { mode, challenge, rpId, page, until: turn.now + lastsMs, handle };
  return { state, shown: { ...shownOf(mode, turn), options: JSON.parse(reply['options'] ?? '{}') } };
}

/** Hands what the browser made to `work`, if it was asked for, and only once. */
async function answered(
  turn: Turn,
  mode: Mode,
  name: 'assertion' | 'attestation',
  work: (turn: Turn, asked: Asked, credential: string) => Promise<Outcome>,
): Promise<Outcome> {
  const asked = (turn.state ?? {}) as Partial<Asked>;
  const credential = Object.hasOwn(turn.data, name) ? turn.data[name] : undefined;
  if (!isAsked(asked) || asked.mode !== mode) return { reason: 'not_now', shown: {} };
  if (turn.now >= asked.until) return failed(turn, mode, 'passkey.expired');
  if (typeof credential !== 'object' || credential === null) return failed(turn, mode, 'passkey.refused');
  try {
    return await work(turn, asked, JSON.stringify(credential));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refuse(turn, mode, error);
  }
}

async function refuse(turn: Turn, mode: Mode, { code, detail }: Problem): Promise<Outcome> {
  const reason = detail === '' ? code : detail;
  if (mode === 'use') await turn.note(authenticatorEvents.passkeyRefused, { reason });
  return failed(turn, mode, reason === 'other-person' ? 'common.other_person' : 'passkey.refused');
}

function isAsked(asked: Partial<Asked>): asked is Asked {
  return asked.challenge !== undefined;
}

function failed(turn: Turn, mode: Mode, message: string): Outcome {
  return { type: 'failure', state: {}, shown: { ...shownOf(mode, turn), status: 'UNAUTHORIZED' }, message };
}

async function verification(turn: Turn, { challenge, rpId, page }: Asked, credential: string): Promise<Outcome> {
  const { username_parameter: name } = turn.settings.config;
  const expected = turn.user?.id ?? (Object.hasOwn(turn.exports, name) ? turn.exports[name] : undefined);
  const input = { credential, challenge, rpId, page, ...(expected !== undefined && { expected }) };
  const { user, isProven } = await turn.run('verify', input);
  if (user === undefined || !isProven) throw new Problem('internal', 'the step proved nobody, and did not say so');
  await turn.note(authenticatorEvents.passkeyAccepted, { user: user.id });
  const person = { realm: user.realm, id: user.id };
  const done = { user: person, method: 'passkey', exports: { username: user.id } };
  return { state: {}, shown: { status: 'COMPLETED' }, done };
}

/** Making one proves nothing that was not proved before: it is none of the methods by which the person signs in. */
async function registration(turn: Turn, asked: Asked, credential: string): Promise<Outcome> {
  const { challenge, rpId, page, handle = '' } = asked;
  // Fail closed: whatever was asked before, nobody but the one who is proved now gets it.
  if (turn.user === undefined || turn.user.realm !== turn.realm) throw new Problem('refused', 'nobody is proved');
  await turn.run('enrol', { credential, challenge, rpId, page, handle, user: turn.user.id });
  return { state: {}, shown: { status: 'COMPLETED' }, done: { exports: {} } };
}

/** A no, as opposed to a fault of ours: that decides nothing. */
function isRefusal(error: unknown): error is Problem {
  return error instanceof Problem && error.status < 500;
}
