import { type Turn, textIn } from '../../authenticators/authenticator.ts';
import { authenticatorEvents } from '../../authenticators/events.ts';
import { exportsOf, linkSteps, personProved } from '../../authenticators/linked.ts';
import type { Ending, OrderType, Pending, View } from '../../authenticators/order-type.ts';
import { defineOrders } from '../../authenticators/orders.ts';
import { toSvgAddress } from '../../authenticators/svg-address.ts';
import type { AuthenticatorSettings } from '../../core/authenticator-settings.ts';
import type { Gathered } from '../../core/pipeline.ts';
import { Problem } from '../../core/problem.ts';
import { endingOf, expired, refusedBy, transport } from './endings.ts';
import type { UserInfoType } from './wire.ts';

type Identity = NonNullable<Gathered['identity']>;

/** What names the person, without `link`: by what they were asked for; with a QR code, the first of these that Freja tells. */
const named: Readonly<Record<UserInfoType, readonly string[]>> = {
  SSN: ['ssn'],
  EMAIL: ['mail'],
  PHONE: ['mobile'],
  ORG_ID: ['organisationIdIdentifier'],
  UPI: ['uniquePersonalIdentifier'],
  INFERRED: ['ssn', 'organisationIdIdentifier', 'uniquePersonalIdentifier', 'relyingPartyUserId'],
};

function lost({ code }: Problem): Ending {
  if (code === 'transaction-unknown') return expired;
  return { ...transport, message: 'common.person_unlinked', reason: 'local: person unknown here' };
}

function viewOf(facts: Gathered, turn: Turn): View {
  const { transaction } = facts;
  if (transaction === undefined) throw new Problem('internal', 'the check told nothing');
  const { state, word } = transaction;
  if (state === 'approved') return done(facts, turn);
  return state === 'pending' || state === 'in-progress' ? pendingOf(facts) : { ending: endingOf(state, word) };
}

function pendingOf({ transaction, reply: { qrSvg } }: Gathered): Pending {
  const vendorStatus = transaction?.state === 'in-progress' ? 'DELIVERED_TO_MOBILE' : 'STARTED';
  return { pending: { vendorStatus }, fresh: qrSvg === undefined ? undefined : { qr: toSvgAddress(qrSvg) } };
}

function done(facts: Gathered, turn: Turn): View {
  const { identity = {} } = facts;
  const person = personProved(facts, subjectOf(identity, turn.settings), turn);
  if (person === undefined) return { ending: endingOf('failed', 'person-missing') };
  return {
    done: { user: person, method: 'freja', exports: exported(identity), identity },
    shown: { vendorStatus: 'APPROVED' },
  };
}

function subjectOf(identity: Identity, settings: AuthenticatorSettings): string | undefined {
  return named[askedBy(settings)].map((name) => identity[name]).find((value) => value !== undefined && value !== '');
}

function askedBy({ type, config }: AuthenticatorSettings): UserInfoType {
  return type === 'FrejaWithQRCode' ? 'INFERRED' : config.userInfoType;
}

function exported({ ssn, givenName, sn, mail, mobile, organisationIdIdentifier }: Identity) {
  return exportsOf({
    givenName,
    surName: sn,
    personalNumber: ssn,
    mail,
    mobile,
    organisationId: organisationIdIdentifier,
  });
}

function operations(settings: AuthenticatorSettings) {
  const { internal_http_destination: connection } = settings.config;
  const check = { step: 'freja/check', connection };
  const summary = 'Part of a sign-in page';
  return {
    start: { summary, steps: [{ step: 'freja/start', connection }] },
    look: { summary, steps: [check] },
    check: { summary, steps: [check, ...linkSteps(settings)] },
    cancel: { summary, steps: [{ step: 'freja/cancel', connection }] },
  };
}

/** What every start says. */
function wayOf({ settings }: Turn) {
  const { attributesToReturn, minRegistrationLevel } = settings.config;
  return {
    attributesToGet: attributesToReturn.join(','),
    requiredRegistrationLevel: minRegistrationLevel,
    userInfoType: askedBy(settings),
  };
}

const alike = {
  events: {
    started: authenticatorEvents.frejaStarted,
    completed: authenticatorEvents.frejaCompleted,
    failed: authenticatorEvents.frejaFailed,
    ended: authenticatorEvents.frejaEnded,
  },
  operations,
  refused: refusedBy,
  started: pendingOf,
  view: viewOf,
  lost,
  expired,
} satisfies Partial<OrderType>;

/** The person types who they are; the question comes to their phone. */
export const frejaWithUserInput = defineOrders({
  ...alike,
  name: 'FrejaWithUserInput',
  about: (id) => ({ authRef: id }),
  input: (turn) => ({ input: { userIdentifier: textIn(turn.data, 'identifier')?.trim() ?? '' }, way: wayOf(turn) }),
});

/** The app scans a QR code. */
export const frejaWithQrCode = defineOrders({
  ...alike,
  name: 'FrejaWithQRCode',
  about: (id) => ({ authRef: id, qrImage: 'svg' }),
  input: (turn) => ({ input: {}, way: { ...wayOf(turn), qrImage: 'svg' } }),
});
