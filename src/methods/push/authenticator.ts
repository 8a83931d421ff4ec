import { type Turn, textIn } from '../../authenticators/authenticator.ts';
import { authenticatorEvents } from '../../authenticators/events.ts';
import type { Ending, View } from '../../authenticators/order-type.ts';
import { defineOrders } from '../../authenticators/orders.ts';
import type { AuthenticatorSettings } from '../../core/authenticator-settings.ts';
import type { Gathered } from '../../core/pipeline.ts';
import { Problem } from '../../core/problem.ts';
import type { FinalState } from '../../core/transaction.ts';
import { endings, statusOf } from './wire.ts';

type End = Exclude<FinalState, 'approved'>;

/** How an assignment that nobody approved is told, by its state. */
const endingOf: Readonly<Record<End, Pick<Ending, 'event' | 'status'> & { readonly vendorStatus: string }>> = {
  rejected: { vendorStatus: 'REJECTED', event: 'ended', status: 'FREJA_ERROR' },
  expired: { vendorStatus: 'EXPIRED', event: 'ended', status: 'FREJA_ERROR' },
  /** By a program, or another request of the same person. */
  cancelled: { vendorStatus: 'ERROR', event: 'ended', status: 'FREJA_ERROR' },
  failed: { vendorStatus: 'ERROR', event: 'failed', status: 'FREJA_ERROR' },
};

function ending(state: End, word: string): Ending {
  const { vendorStatus: known, ...rest } = endingOf[state];
  const vendorStatus = word === endings['wrong-number'].word ? 'WRONG_NUMBER' : known;
  return { ...rest, shown: { vendorStatus }, message: textOf(vendorStatus), canRestart: true, reason: word };
}

function ownEnding(reason: string, message = 'onetouch.error'): Ending {
  return { status: 'ERROR', shown: { vendorStatus: 'ERROR' }, message, canRestart: true, event: 'failed', reason };
}

function textOf(vendorStatus: string): string {
  return `onetouch.${vendorStatus.toLowerCase()}`;
}

const expired: Ending = { ...ending('expired', 'expired'), reason: 'local: timeout' };

function lost({ code }: Problem): Ending {
  return code === 'transaction-unknown' ? expired : ownEnding('local: person unknown here', 'common.person_unlinked');
}

function view({ transaction, user }: Gathered): View {
  if (transaction === undefined) throw new Problem('internal', 'the check told nothing');
  const { state, word } = transaction;
  if (state === 'pending' || state === 'in-progress') return { pending: { vendorStatus: statusOf(state) } };
  if (state !== 'approved') return { ending: word === 'expired' ? expired : ending(state, word) };
  if (user === undefined) return { ending: ownEnding('local: person-missing') };
  const person = { realm: user.realm, id: user.id };
  return {
    done: { user: person, method: 'onetouch', exports: { username: user.id } },
    shown: { vendorStatus: statusOf('approved') },
  };
}

function operations({ config }: AuthenticatorSettings) {
  const { match, passkey, allowed_polling_for_minutes: minutes } = config;
  const start = { step: 'push/start', match: match ? 'always' : 'asked', passkey, lifetimeSeconds: minutes * 60 };
  const approver = { when: { 'transaction.state': 'approved' }, then: [{ step: 'push/approver' }] };
  const summary = 'Part of a sign-in page';
  return {
    start: { summary, steps: [start] },
    look: { summary, steps: [{ step: 'push/check' }] },
    check: { summary, steps: [{ step: 'push/check' }, approver] },
    cancel: { summary, steps: [{ step: 'push/cancel' }] },
  };
}

/** Whom to ask: whoever earlier authenticators are about, else whom the page names. */
function nameIn({ known, data }: Turn): string {
  return known?.id ?? textIn(data, 'identifier')?.trim() ?? '';
}

/** The person approves on an enrolled device. Nothing tells whether there is anybody of that name. */
export const oneTouch = defineOrders({
  name: 'OneTouch',
  events: {
    started: authenticatorEvents.oneTouchStarted,
    completed: authenticatorEvents.oneTouchCompleted,
    failed: authenticatorEvents.oneTouchFailed,
    ended: authenticatorEvents.oneTouchEnded,
  },
  operations,
  about: (id) => ({ assignmentid: id }),
  idle: ({ known }) => ({ needsIdentifier: known === undefined }),
  input(turn) {
    const username = nameIn(turn);
    if (username !== '' && username.length <= 255 && !/\p{Cc}/u.test(username)) {
      return { input: { username }, way: { context_address: turn.address } };
    }
    return { ending: { status: 'ERROR', shown: {}, message: 'common.input_invalid', canRestart: true } };
  },
  started({ reply: { number } }) {
    return { pending: { vendorStatus: statusOf('pending'), ...(number !== undefined && { number }) } };
  },
  refused: ({ code }) => ownEnding(`local: ${code}`),
  view,
  lost,
  expired,
});
