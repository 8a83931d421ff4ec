import { expect, it } from 'vitest';
import { spendMessage } from './messages-budget.ts';
import { messageEvents } from './messages-events.ts';

const spend = spendMessage(2, { type: messageEvents.refused, reason: 'budget-spent' });
const dayMs = 86_400_000;

it('lets a tenant send as many as it may in a day, and no more', () => {
  expect(spend(undefined, 5)).toMatchObject({ next: { day: 0, sent: 1 }, result: 'send' });
  expect(spend({ day: 0, sent: 1 }, 5)).toMatchObject({ next: { day: 0, sent: 2 }, result: 'send' });
  expect(spend({ day: 0, sent: 2 }, 5)).toEqual({ events: [expect.anything()], result: 'spent' });
});

it('begins anew at midnight', () => {
  expect(spend({ day: 0, sent: 2 }, dayMs)).toMatchObject({ next: { day: 1, sent: 1 }, result: 'send' });
});

it('does not give a day again when the clock is set back', () => {
  expect(spend({ day: 1, sent: 2 }, 5)).toMatchObject({ result: 'spent' });
});

it('sends nothing on a budget of nothing', () => {
  expect(spendMessage(0, { type: messageEvents.refused })(undefined, 5)).toMatchObject({ result: 'spent' });
});
