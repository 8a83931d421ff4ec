import { testPersonOf } from '../../../simulator-kit/people.ts';
import type { SimControl, SimOrder } from '../../../simulator-kit/simulator.ts';
import { type createOrders, isOpen, type Order } from './orders.ts';

/** The page on which somebody plays the person with the card. */
export function niasControl(orders: ReturnType<typeof createOrders>): SimControl {
  return {
    title: 'Simulated Net iD Access',
    intro: 'Stands in for the Net iD Access server and for the app with the card.',
    orders: () => orders.list().map(shown),
    actions: {
      approve: {
        label: 'Approve as the test person',
        takesPerson: true,
        run: (ref, { person = '' }) => orders.approve(ref, personIn(person)),
      },
      next: { label: 'Next state', run: (ref) => orders.advance(ref) },
      cancel: { label: 'Cancel in the app', run: (ref) => orders.say(ref, 'USER_CANCEL') },
      expire: { label: 'Let it expire', run: (ref) => orders.say(ref, 'EXPIRED_TRANSACTION') },
      fail: { label: 'Revoked certificate', run: (ref) => orders.say(ref, 'CERTIFICATE_ERR') },
    },
  };
}

function personIn(personalNumber: string) {
  const person = testPersonOf(personalNumber);
  if (personalNumber !== '' && person === undefined) throw new Error('there is no such test person');
  return person;
}

function shown(order: Order): SimOrder {
  const { ref, word, kind, asked, caller, visible, approvedBy } = order;
  return {
    ref,
    state: word,
    isOpen: isOpen(order),
    details: {
      What: kind === 'Sign' ? 'Signature' : 'Identification',
      For: asked === '' ? 'whoever starts the app' : asked,
      'Asked by': caller.name,
      ...(visible === '' ? {} : { Text: visible }),
      ...(approvedBy === undefined ? {} : { By: `${approvedBy.givenName} ${approvedBy.surname}` }),
    },
  };
}
