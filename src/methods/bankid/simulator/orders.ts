import { createHmac, randomUUID } from 'node:crypto';
import type { SimClock } from '../../../simulator-kit/clock.ts';
import type { TestPerson } from '../../../simulator-kit/people.ts';
import type { StartBody, StartPath } from './requests.ts';

/** One order. */
export interface Order {
  readonly ref: string;
  readonly path: StartPath;
  readonly body: StartBody;
  /** Fingerprint of the relying party’s certificate: only it may collect (guidelines v6). */
  readonly owner: string;
  /** Subject of that certificate, one attribute per line. */
  readonly relyingParty: string;
  readonly startedAt: number;
  readonly autoStartToken: string;
  readonly qrStartToken: string;
  readonly qrStartSecret: string;
  status: 'pending' | 'failed' | 'complete';
  hint: string;
  /** An app has taken it. */
  isTaken: boolean;
  endedAt?: number;
  person?: TestPerson;
}

/** How long things last, in seconds. */
export interface Lifetimes {
  /** Until an app must have taken an order; 30 as the vendor’s site says. */
  readonly take: number;
  /** Until the person must be done; 180. */
  readonly finish: number;
  /** A completed order can be collected for so long; 180. */
  readonly keepComplete: number;
  /** A failed one; 300. */
  readonly keepFailed: number;
  /** How old a QR code may be when it is read; 3. The vendor’s own tolerance is not published. */
  readonly qrAge: number;
}

/** The defaults. */
export const lifetimes: Lifetimes = { take: 30, finish: 180, keepComplete: 180, keepFailed: 300, qrAge: 3 };

/** All orders of a simulator. */
export interface OrderBook {
  /** Newest first, as they stand now. */
  all(): readonly Order[];
  /** The new order; undefined when the person has one already, which is cancelled by that. */
  start(order: Pick<Order, 'path' | 'body' | 'owner' | 'relyingParty'>): Order | undefined;
  /** The order as it stands now; undefined when there is none any more. */
  find(ref: string): Order | undefined;
  /** The order whose QR code shows this text now. */
  findByQr(text: string): Order | undefined;
  take(order: Order): void;
  complete(order: Order, person: TestPerson): void;
  fail(order: Order, hint: string): void;
  /** A final answer was handed out: it is not handed out again. */
  forget(order: Order): void;
}

/** Opens an empty book. */
export function createOrderBook(clock: SimClock, times: Lifetimes): OrderBook {
  const orders = new Map<string, Order>();

  function find(ref: string): Order | undefined {
    const order = orders.get(ref);
    if (order === undefined) return undefined;
    settle(order);
    const keep = order.status === 'complete' ? times.keepComplete : times.keepFailed;
    if (order.endedAt === undefined || clock.now() <= order.endedAt + keep * 1000) return order;
    orders.delete(ref);
    return undefined;
  }

  function end(order: Order, status: 'failed' | 'complete', hint: string, at = clock.now()): void {
    if (order.status !== 'pending') throw new Error(`the order is ${order.status} already`);
    Object.assign(order, { status, hint, endedAt: at });
  }

  function settle(order: Order): void {
    const { startedAt, path, isTaken, status } = order;
    if (status !== 'pending') return;
    const takeBy = startedAt + times.take * 1000;
    const finishBy = startedAt + times.finish * 1000;
    const isCalled = path.startsWith('phone/');
    if (!isTaken && !isCalled && clock.now() >= takeBy) end(order, 'failed', 'startFailed', takeBy);
    else if (clock.now() >= finishBy) end(order, 'failed', 'expiredTransaction', finishBy);
  }

  function all(): readonly Order[] {
    return [...orders.keys()].reverse().flatMap((ref) => find(ref) ?? []);
  }

  return {
    all,
    find,
    start(given) {
      const person = personIn(given.body);
      const isRival = ({ status, body }: Order) => status === 'pending' && personIn(body) === person;
      const rival = person === undefined ? undefined : all().find(isRival);
      if (rival !== undefined) {
        end(rival, 'failed', 'cancelled');
        return undefined;
      }
      const order: Order = {
        ...given,
        ref: randomUUID(),
        autoStartToken: randomUUID(),
        qrStartToken: randomUUID(),
        qrStartSecret: randomUUID(),
        startedAt: clock.now(),
        status: 'pending',
        hint: 'outstandingTransaction',
        isTaken: false,
      };
      orders.set(order.ref, order);
      return order;
    },
    findByQr(text) {
      return all().find((order) => order.status === 'pending' && showsNow(order, text, clock.now(), times.qrAge));
    },
    take(order) {
      if (order.isTaken || order.status !== 'pending') throw new Error('the order cannot be taken any more');
      Object.assign(order, { isTaken: true, hint: order.path.startsWith('phone/') ? 'userCallConfirm' : 'started' });
    },
    complete(order, person) {
      const asked = personIn(order.body);
      if (asked !== undefined && asked !== person.personalNumber) throw new Error('the order is for somebody else');
      end(order, 'complete', '');
      order.person = person;
    },
    fail: (order, hint) => end(order, 'failed', hint),
    forget: (order) => void orders.delete(order.ref),
  };
}

/** The person whom the relying party asked for. */
export function personIn({ personalNumber, requirement }: StartBody): string | undefined {
  return personalNumber ?? requirement?.personalNumber;
}

/** `bankid.<qrStartToken>.<time>.<qrAuthCode>`, as the vendor’s QR guide has it. */
function showsNow({ qrStartToken, qrStartSecret, startedAt }: Order, text: string, at: number, qrAge: number): boolean {
  const [name, token, time = '', code] = text.split('.');
  const age = Math.floor((at - startedAt) / 1000) - Number(time);
  const right = createHmac('sha256', qrStartSecret).update(time).digest('hex');
  return name === 'bankid' && token === qrStartToken && code === right && age >= 0 && age <= qrAge;
}
