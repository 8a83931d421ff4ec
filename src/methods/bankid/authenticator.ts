import type { Turn } from '../../authenticators/authenticator.ts';
import { authenticatorEvents } from '../../authenticators/events.ts';
import { exportsOf, linkSteps, personProved } from '../../authenticators/linked.ts';
import type { Ending, OrderType, Pending, Shown, View } from '../../authenticators/order-type.ts';
import { defineOrders } from '../../authenticators/orders.ts';
import { toSvgAddress } from '../../authenticators/svg-address.ts';
import { wayBackTo } from '../../authenticators/way-back.ts';
import type { AuthenticatorSettings } from '../../core/authenticator-settings.ts';
import type { Gathered } from '../../core/pipeline.ts';
import { Problem } from '../../core/problem.ts';
import { endingOf, expired, notReturned, otherBrowser, refusedBy, transport, vendorStatusOf } from './endings.ts';

function lost({ code }: Problem): Ending {
  if (code === 'transaction-unknown') return expired;
  return { ...transport, message: 'common.person_unlinked', reason: 'local: person unknown here' };
}

function view(facts: Gathered, turn: Turn, before: Shown): View {
  const { transaction } = facts;
  if (transaction === undefined) throw new Problem('internal', 'the check told nothing');
  const { state, word } = transaction;
  if (state === 'approved') return done(facts, turn);
  if (state === 'pending' || state === 'in-progress') return pendingOf(facts, word);
  return { ending: endingOf(state, word, isUnseen(before)) };
}

/** Until now no app had taken the order. */
function isUnseen({ vendorStatus }: Shown): boolean {
  return vendorStatus === 'OUTSTANDING_TRANSACTION' || vendorStatus === 'NO_CLIENT';
}

function pendingOf({ reply: { qrSvg } }: Gathered, word: string): Pending {
  return {
    pending: { vendorStatus: vendorStatusOf('pending', word) },
    fresh: qrSvg === undefined ? undefined : { qr: toSvgAddress(qrSvg) },
  };
}

function done(facts: Gathered, turn: Turn): View {
  const { identity = {} } = facts;
  const { personalNumber, givenName, surName, name, deviceAddress } = identity;
  const person = personProved(facts, personalNumber, turn);
  if (person === undefined) return { ending: { ...transport, reason: 'local: person-missing' } };
  const exports = exportsOf({ personalNumber, givenName, surName, name, deviceAddress });
  return {
    done: { user: person, method: 'bankid', exports, identity },
    shown: { vendorStatus: 'COMPLETE' },
    address: /^[0-9a-fA-F.:]{2,45}$/.test(deviceAddress ?? '') ? deviceAddress : undefined,
  };
}

function operations(settings: AuthenticatorSettings) {
  const { internal_http_destination: connection, requirement } = settings.config;
  const check = { step: 'bankid/check', connection, purposes: ['auth'] };
  const start = { step: 'bankid/start', connection, endUserIp: 'caller', ...(requirement && { requirement }) };
  const summary = 'Part of a sign-in page';
  return {
    start: { summary, steps: [start] },
    look: { summary, steps: [check] },
    check: { summary, steps: [check, ...linkSteps(settings)] },
    cancel: { summary, steps: [{ step: 'bankid/cancel', connection }] },
  };
}

const alike = {
  events: {
    started: authenticatorEvents.bankIdStarted,
    completed: authenticatorEvents.bankIdCompleted,
    failed: authenticatorEvents.bankIdFailed,
    ended: authenticatorEvents.bankIdEnded,
  },
  operations,
  refused: refusedBy,
  view,
  lost,
  expired,
} satisfies Partial<OrderType>;

/** The app scans a QR code that changes every second; it is on another device. */
export const bidOnOtherDevice = defineOrders({
  ...alike,
  name: 'BidOnOtherDevice',
  about: (id) => ({ transactionID: id, qrImage: 'svg' }),
  input: () => ({ input: {}, way: { qrImage: 'svg' } }),
  started: (facts) => pendingOf(facts, 'outstandingTransaction'),
  renewals: ({ config }) => config.renewals,
});

/** A link opens the app, which is on the device that shows the page, and which leads back to the browser that asked. */
export const bidOnMobileDevice = defineOrders({
  ...alike,
  name: 'BidOnMobileDevice',
  about: (id) => ({ transactionID: id }),
  input({ pageUrl, userAgent }, code) {
    const back = `${pageUrl}#return=${code}`;
    // On iOS links are opened by the system’s own browser, unless they say which.
    return { input: {}, way: { returnUrl: wayBackTo(back, userAgent) || back } };
  },
  started({ reply }, { userAgent }) {
    const { autoStartToken, launchUrl, schemeUrl } = reply;
    const isPhone = /Android|iPhone|iPad|iPod/.test(userAgent);
    const autoStartLink = isPhone ? launchUrl : schemeUrl;
    return { pending: { vendorStatus: 'OUTSTANDING_TRANSACTION', autoStartToken, autoStartLink } };
  },
  back: { waits: { vendorStatus: 'AWAITING_RETURN' }, missed: notReturned, stranger: otherBrowser },
});
