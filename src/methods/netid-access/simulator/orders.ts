import { randomBytes } from 'node:crypto';
import type { SimClock } from '../../../simulator-kit/clock.ts';
import type { TestPerson } from '../../../simulator-kit/people.ts';

/** What a program has told the service of itself. */
export interface Caller {
  /** Who it is by its certificate; empty without one. */
  readonly id: string;
  readonly name: string;
}

/** What is asked of somebody. */
export interface NewOrder {
  readonly kind: 'Authenticate' | 'Sign';
  /** As it was sent; empty for whoever starts the app. */
  readonly asked: string;
  /** Whom that names; undefined for whoever starts the app. */
  readonly person: TestPerson | undefined;
  readonly caller: Caller;
  /** Text that is shown. */
  readonly visible: string;
  /** What is signed. */
  readonly data: Uint8Array;
}

/** An order as the service keeps it. */
export interface Order extends NewOrder {
  readonly ref: string;
  readonly placedAt: number;
  /** A value of `progressStatus`, or a failure. */
  word: string;
  /** Who approved it. */
  approvedBy?: TestPerson;
  isCollected: boolean;
}

/** How the service treats orders; names of its configuration where it has one. */
export interface OrderRules {
  readonly clock: SimClock;
  /** `RequestTimeout`. */
  readonly lifetimeSeconds: number;
  /** What a second order of a person does: it ends the first, or is refused. */
  readonly secondOrder: 'replaces' | 'refused';
  /** For so long after an order a person gets no other; 0 for none. */
  readonly blockSeconds: number;
}

/** Words of orders that can still be approved. */
const course = ['OUTSTANDING_TRANSACTION', 'STARTED', 'USER_SIGN'] as const;
const waiting: ReadonlySet<string> = new Set([...course, 'NO_CLIENT', 'PENDING', 'RETRY']);

/** True while something can still happen to it. */
export function isOpen({ word }: Pick<Order, 'word'>): boolean {
  return waiting.has(word);
}

/** The orders of a service. */
export function createOrders(rules: OrderRules) {
  const { clock, lifetimeSeconds, secondOrder, blockSeconds } = rules;
  const all = new Map<string, Order>();

  /** The order as it is now. */
  function find(ref: string): Order | undefined {
    const order = all.get(ref);
    if (order !== undefined && isOpen(order) && clock.now() >= order.placedAt + lifetimeSeconds * 1000) {
      order.word = 'EXPIRED_TRANSACTION';
    }
    return order;
  }

  function refusalOf(person: TestPerson): string | undefined {
    const own = [...all.keys()].map(find).filter((order) => order?.person === person);
    const open = own.filter((order) => order !== undefined && isOpen(order));
    if (open.length > 0 && secondOrder === 'refused') return 'ALREADY_IN_PROGRESS';
    const from = clock.now() - blockSeconds * 1000;
    if (own.some((order) => order !== undefined && order.placedAt > from)) return 'USER_BLOCKED';
    for (const order of open) if (order !== undefined) order.word = 'CANCELLED';
    return undefined;
  }

  function openOne(ref: string): Order {
    const order = find(ref);
    if (order === undefined) throw new Error('there is no such order');
    if (!isOpen(order)) throw new Error(`it is over: ${order.word}`);
    return order;
  }

  return {
    find,
    /** Newest first. */
    list: () => [...all.keys()].map((ref) => find(ref) as Order).reverse(),
    /** Takes an order, or says why not. */
    place(given: NewOrder): Order | string {
      const refusal = given.person === undefined ? undefined : refusalOf(given.person);
      if (refusal !== undefined) return refusal;
      const ref = randomBytes(18).toString('base64');
      const order: Order = { ...given, ref, placedAt: clock.now(), word: course[0], isCollected: false };
      all.set(ref, order);
      return order;
    },
    /** The next word on the usual way. */
    advance(ref: string): void {
      const order = openOne(ref);
      const next = course[course.indexOf(order.word as (typeof course)[number]) + 1];
      if (next === undefined) throw new Error('now the person approves, or does not');
      order.word = next;
    },
    approve(ref: string, person: TestPerson | undefined): void {
      const order = openOne(ref);
      const by = order.person ?? person;
      if (by === undefined) throw new Error('choose a person');
      if (person !== undefined && person !== by) throw new Error('the order is for somebody else');
      order.approvedBy = by;
      order.word = 'COMPLETE';
    },
    /** Whatever word; an order that is over stays so. */
    say(ref: string, word: string): void {
      openOne(ref).word = word;
    },
  };
}
