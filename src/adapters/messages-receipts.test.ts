import { expect, it } from 'vitest';
import { messageEvents } from './messages-events.ts';
import { afterAcceptance, afterReceipt } from './messages-receipts.ts';

const origin = { trace: 'a'.repeat(32), tenant: 't1' };
const sent = { ...origin, type: messageEvents.sent, subject: 'elks' };
const accept = afterAcceptance('elks', origin, [sent]);
const delivered = afterReceipt('elks', { id: 'x', state: 'delivered' });
const failed = afterReceipt('elks', { id: 'x', state: 'failed' });

it('remembers an accepted message, and says that it arrived', () => {
  const { next } = accept(undefined, 0);
  expect(delivered(next ?? undefined, 1)).toMatchObject({
    next: { origin, state: 'delivered' },
    events: [{ tenant: 't1', type: messageEvents.delivered, subject: 'elks' }],
  });
});

it('says that a message did not arrive', () => {
  expect(failed({ origin, state: 'sent' }, 1)).toMatchObject({ events: [{ type: messageEvents.undelivered }] });
});

it('keeps to what is final, and takes the same receipt again without a word', () => {
  expect(delivered({ origin, state: 'failed' }, 1)).toEqual({ result: undefined });
  expect(delivered({ origin, state: 'delivered' }, 1)).toEqual({ result: undefined });
});

it('takes a receipt that comes before the acceptance was written down', () => {
  const early = delivered(undefined, 1);
  expect(early).toMatchObject({ next: { state: 'delivered' }, events: [] });
  expect(accept(early.next ?? undefined, 2)).toMatchObject({
    next: { origin, state: 'delivered' },
    events: [sent, { ...sent, type: messageEvents.delivered }],
  });
});
