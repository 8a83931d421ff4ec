import type { SimClock } from '../../../simulator-kit/clock.ts';
import { testPersonOf } from '../../../simulator-kit/people.ts';
import type { SimControl, SimOrder } from '../../../simulator-kit/simulator.ts';
import { checkScanned } from './dynamic-qr.ts';
import { isOpen, type Order, type Orders } from './orders.ts';

/** What a person, or a test, can do in the place of Freja's app. */
export function createControl(orders: Orders, clock: SimClock): SimControl {
  const ending = (label: string, status: 'REJECTED' | 'CANCELED' | 'EXPIRED') => ({
    label,
    run: (ref: string) => orders.end(orders.take(ref), status),
  });
  return {
    title: 'Freja eID, simulated',
    intro: 'Here you are the person with the phone: choose who you are, and what you do.',
    orders: () => orders.list().map(toShown),
    actions: {
      deliver: {
        label: 'Open on the phone',
        /** `text`: what the phone has scanned. */
        run(ref, { text }) {
          const order = orders.take(ref);
          if (text !== undefined) checkScanned(text, order, clock.now());
          order.status = 'DELIVERED_TO_MOBILE';
        },
      },
      approve: {
        label: 'Approve',
        takesPerson: true,
        run(ref, { person = '' }) {
          const order = orders.take(ref);
          order.person ??= order.userInfoType === 'INFERRED' ? testPersonOf(person) : undefined;
          if (order.person === undefined) throw new Error('there is nobody who could approve it');
          orders.end(order, 'APPROVED');
        },
      },
      reject: ending('Decline', 'REJECTED'),
      cancel: ending('Back out', 'CANCELED'),
      expire: ending('Let it expire', 'EXPIRED'),
    },
  };
}

function toShown(order: Order): SimOrder {
  const { ref, status, userInfoType, identifier, level, attributes, person, context } = order;
  const whoever = userInfoType === 'INFERRED' ? 'whoever scans the code' : 'nobody Freja knows';
  return {
    ref,
    state: status,
    isOpen: isOpen(order),
    details: {
      For: person === undefined ? whoever : `${person.givenName} ${person.surname}`,
      'Asked for by': `${userInfoType} ${identifier}`,
      Level: level,
      'Asks to know': attributes.join(', ') || 'nothing more',
      Services: context,
    },
  };
}
