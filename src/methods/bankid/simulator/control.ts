import { testPersonOf } from '../../../simulator-kit/people.ts';
import type { SimAction, SimControl, SimOrder } from '../../../simulator-kit/simulator.ts';
import { type Order, type OrderBook, personIn } from './orders.ts';

/** What comes after a state when the person goes on. */
const next: Readonly<Record<string, string>> = {
  started: 'userSign',
  userMrtd: 'userSign',
  userCallConfirm: 'userSign',
};

/** What a person at the page, or a test, can do. */
export function createControl(book: OrderBook): SimControl {
  const found = (ref: string): Order => {
    const order = book.find(ref);
    if (order === undefined) throw new Error('there is no such order');
    return order;
  };
  const ending = (label: string, hint: string): SimAction => ({ label, run: (ref) => book.fail(found(ref), hint) });
  return {
    title: 'Simulated BankID',
    intro: 'Orders wait here for a person. Be that person: take an order, approve it, say no, or let it run out.',
    orders: () => book.all().map(toShown),
    actions: {
      scan: {
        label: 'Take it with the app',
        run(ref, { qr, autoStartToken }) {
          const order = qr === undefined ? found(ref) : book.findByQr(qr);
          if (order === undefined) throw new Error('the QR code is not one that is shown now');
          if (autoStartToken !== undefined && autoStartToken !== order.autoStartToken)
            throw new Error('another order is meant');
          book.take(order);
        },
      },
      next: {
        label: 'Next state',
        run(ref) {
          const order = found(ref);
          if (!order.isTaken) return book.take(order);
          const wantsDocument = order.hint === 'started' && order.body.requirement?.mrtd === true;
          order.hint = wantsDocument ? 'userMrtd' : (next[order.hint] ?? order.hint);
        },
      },
      approve: {
        label: 'Approve',
        takesPerson: true,
        run(ref, { person: number = '' }) {
          const order = found(ref);
          const person = testPersonOf(personIn(order.body) ?? number);
          if (person === undefined) throw new Error('there is no such test person');
          book.complete(order, person);
        },
      },
      cancel: ending('Cancel in the app', 'userCancel'),
      decline: ending('Not in that call', 'userDeclinedCall'),
      expire: ending('Let it expire', 'expiredTransaction'),
      hint: {
        label: 'Show a security code page',
        run(ref, { hint = 'userSign' }) {
          Object.assign(found(ref), { hint, isTaken: !['outstandingTransaction', 'noClient'].includes(hint) });
        },
      },
      fail: {
        label: 'Certificate error',
        run: (ref, { hint = 'certificateErr' }) => book.fail(found(ref), hint),
      },
    },
  };
}

function toShown({ ref, path, body, status, hint, startedAt, relyingParty, autoStartToken }: Order): SimOrder {
  const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8');
  const person = personIn(body);
  return {
    ref,
    state: status === 'complete' ? status : `${status}: ${hint}`,
    isOpen: status === 'pending',
    details: {
      Method: path,
      Started: new Date(startedAt).toISOString(),
      'Relying party': relyingParty.replaceAll('\n', ', '),
      ...(person !== undefined && { For: person }),
      ...(body.userVisibleData !== undefined && { Text: decode(body.userVisibleData) }),
      'Autostart token': autoStartToken,
    },
  };
}
