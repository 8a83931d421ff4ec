import { type Turn, textIn } from '../../authenticators/authenticator.ts';
import { authenticatorEvents } from '../../authenticators/events.ts';
import { exportsOf, linkSteps, personProved } from '../../authenticators/linked.ts';
import type { Ending, OrderType, View } from '../../authenticators/order-type.ts';
import { defineOrders } from '../../authenticators/orders.ts';
import { wayBackTo } from '../../authenticators/way-back.ts';
import type { AuthenticatorSettings } from '../../core/authenticator-settings.ts';
import type { Gathered } from '../../core/pipeline.ts';
import { Problem } from '../../core/problem.ts';
import { whomToAsk } from './who.ts';
import { isWord, meaningOf, type NiasStatus, ownWords, statusOf } from './wire.ts';

/** Values after which the same start will not do better (Fortified ID gives no advice; the reasons are the vendor’s). */
const hopeless: readonly NiasStatus[] = ['ACCESS_DENIED_RP', 'SIGN_VALIDATION_FAILED'];

const ended: readonly NiasStatus[] = ['USER_CANCEL', 'CANCELLED', 'EXPIRED_TRANSACTION'];

/** The server’s word, as the page is told it. */
function endingBy(niasStatus: NiasStatus, reason: string): Ending {
  return {
    status: 'FREJA_ERROR',
    shown: { niasStatus },
    message: `nias.${niasStatus.toLowerCase()}`,
    canRestart: !hopeless.includes(niasStatus),
    event: ended.includes(niasStatus) ? 'ended' : 'failed',
    reason,
  };
}

/** Our own side failed, or what came back proves nothing. */
function ownEnding(reason: string, message = 'nias.internal_error'): Ending {
  return {
    status: 'ERROR',
    shown: { niasStatus: 'INTERNAL_ERROR' },
    message,
    canRestart: true,
    event: 'failed',
    reason,
  };
}

/** A word of the server, documented or not; a sentence of ours is none. */
function endingByWord(word: string): Ending {
  const meaning = meaningOf(word);
  if (meaning !== undefined) return endingBy(meaning.status, word);
  return isWord(word) ? endingBy('UNKNOWN', word) : ownEnding('local: transport');
}

/** Whatever the word: what never began was not cancelled, and did not expire. */
function refused({ code, detail }: Problem): Ending {
  const ending =
    code === 'property-invalid' ? endingBy('INVALID_PARAMETERS', 'INVALID_PARAMETERS') : endingByWord(detail);
  return { ...ending, event: 'failed' };
}

const expired: Ending = endingBy('EXPIRED_TRANSACTION', 'local: timeout');

function lost({ code }: Problem): Ending {
  if (code === 'transaction-unknown') return expired;
  return ownEnding('local: person unknown here', 'common.person_unlinked');
}

function view(facts: Gathered, turn: Turn): View {
  const { transaction } = facts;
  if (transaction === undefined) throw new Problem('internal', 'the check told nothing');
  const { state, word } = transaction;
  const niasStatus = statusOf(transaction);
  if (state === 'approved') return done(facts, turn);
  // The page’s contract ends an order that met a temporary fault; whoever asks by the API goes on asking.
  if (word === 'RETRY') return { ending: endingBy('RETRY', 'RETRY') };
  if (state === 'pending' || state === 'in-progress') return { pending: { niasStatus } };
  if (state === 'expired' && meaningOf(word) === undefined) return { ending: expired };
  if (word === 'no-answer') return { ending: ownEnding('local: transport') };
  if ((ownWords as readonly string[]).includes(word)) return { ending: ownEnding(`local: ${word}`, 'nias.not_usable') };
  return { ending: endingBy(niasStatus, word) };
}

function done(facts: Gathered, turn: Turn): View {
  const { identity = {} } = facts;
  const { subject, deviceAddress } = identity;
  // The link of an order can be passed on, and the service knows no way back that only the browser which asked could know.
  const { type, config } = turn.settings;
  const isBound = type === 'NiasOnSameDevice' && config.require_same_address;
  if (isBound && deviceAddress !== turn.address)
    return { ending: ownEnding('local: other-address', 'nias.other_address') };
  const person = personProved(facts, subject, turn);
  if (person === undefined) return { ending: ownEnding('local: person-missing', 'nias.not_usable') };
  return {
    done: { user: person, method: 'netid', exports: exported(identity), identity },
    shown: { niasStatus: 'COMPLETE' },
    address: /^[0-9a-fA-F.:]{2,45}$/.test(deviceAddress ?? '') ? deviceAddress : undefined,
  };
}

function exported({ sn, userId, ...identity }: NonNullable<Gathered['identity']>) {
  const { givenName, name, personalNumber, certificate, deviceAddress, deviceName, deviceVersion } = identity;
  const device = { deviceAddress, deviceName, deviceVersion };
  return exportsOf({ givenName, surName: sn, name, personalNumber, certificate, userID: userId, ...device });
}

function operations(settings: AuthenticatorSettings) {
  const { internal_http_destination: connection } = settings.config;
  const check = { step: 'netid-access/check', connection, property: 'id' };
  const summary = 'Part of a sign-in page';
  return {
    start: { summary, steps: [{ step: 'netid-access/start', connection, property: 'identifier' }] },
    look: { summary, steps: [check] },
    check: { summary, steps: [check, ...linkSteps(settings)] },
    cancel: { summary, steps: [{ step: 'netid-access/cancel', property: 'id' }] },
  };
}

const alike = {
  events: {
    started: authenticatorEvents.netIdStarted,
    completed: authenticatorEvents.netIdCompleted,
    failed: authenticatorEvents.netIdFailed,
    ended: authenticatorEvents.netIdEnded,
  },
  operations,
  about: (id) => ({ id }),
  refused,
  view,
  lost,
  expired,
} satisfies Partial<OrderType>;

/** The person types who they are; the app is on another device. */
export const niasOnOtherDevice = defineOrders({
  ...alike,
  name: 'NiasOnOtherDevice',
  input(turn) {
    try {
      const identifier = whomToAsk(textIn(turn.data, 'identifier'), 'twelve-digits', 'identifier');
      if (identifier !== '') return { input: { identifier } };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    const shown = { niasStatus: 'INVALID_PARAMETERS' };
    return { ending: { status: 'ERROR', shown, message: 'niasood.identifier_invalid', canRestart: true } };
  },
  started: ({ transaction }) => ({ pending: { niasStatus: 'OUTSTANDING_TRANSACTION', authRef: transaction?.id } }),
});

/** Nothing is typed; the app is on the device that shows the page. */
export const niasOnSameDevice = defineOrders({
  ...alike,
  name: 'NiasOnSameDevice',
  input: ({ userAgent, pageUrl }) => ({ input: {}, way: { redirect: wayBackTo(pageUrl, userAgent) } }),
  started({ reply }) {
    const { autostarttoken: token, autostarturl: link } = reply;
    const pending = { niasStatus: 'OUTSTANDING_TRANSACTION', authRef: token };
    return { pending: { ...pending, autoStartToken: token, autoStartLink: link } };
  },
});
