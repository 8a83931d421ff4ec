import { randomBytes } from 'node:crypto';
import type { SimClock } from '../../../simulator-kit/clock.ts';
import { type TestPerson, testPeople } from '../../../simulator-kit/people.ts';
import { upiOf } from './attributes.ts';
import { FrejaError } from './errors.ts';
import type { Context, InitRequest } from './init-request.ts';

/** Where an authentication stands, in Freja's words. */
export type Status =
  | 'STARTED'
  | 'DELIVERED_TO_MOBILE'
  | 'APPROVED'
  | 'REJECTED'
  | 'CANCELED'
  | 'RP_CANCELED'
  | 'EXPIRED';

/** One authentication. */
export interface Order extends InitRequest {
  readonly ref: string;
  readonly context: Context;
  /** Whose it is: the fingerprint of the caller's certificate. */
  readonly owner: string;
  readonly startedAt: number;
  readonly qrSecret: string | undefined;
  /** Whom it is for; with INFERRED, who approved it. */
  person: TestPerson | undefined;
  status: Status;
  /** When the status became final. */
  endedAt: number | undefined;
}

/** How the simulated service behaves where documents differ or are silent. */
export interface OrderRules {
  /** An authentication lives two minutes. */
  readonly lifetimeSeconds: number;
  /** A personal number nobody has: it expires as if nobody answered, or is refused with 1012; documents say both. */
  readonly unknownSsn: 'expire' | 'refuse';
}

/** Results can be read for about ten minutes ("Authentication Services", getResults). */
const keptMs = 600_000;

/** All authentications, newest first. */
export interface Orders {
  list(): readonly Order[];
  /** @throws FrejaError 1012, 2000 */
  begin(request: InitRequest, of: { readonly context: Context; readonly owner: string }): Order;
  /** @throws FrejaError 1100 */
  find(ref: unknown, of: { readonly context: Context; readonly owner: string }): Order;
  /** The order with this reference, whosever it is. @throws Error */
  take(ref: string): Order;
  end(order: Order, status: Status): void;
}

/** Keeps the authentications of a simulated service. */
export function createOrders(clock: SimClock, { lifetimeSeconds, unknownSsn }: OrderRules): Orders {
  let all: readonly Order[] = [];

  function end(order: Order, status: Status): void {
    order.status = status;
    order.endedAt = clock.now();
  }

  function list(): readonly Order[] {
    const at = clock.now();
    for (const order of all) {
      if (isOpen(order) && at >= order.startedAt + lifetimeSeconds * 1000) end(order, 'EXPIRED');
    }
    all = all.filter(({ endedAt }) => endedAt === undefined || at < endedAt + keptMs);
    return all;
  }

  return {
    list,
    end,
    begin(request, of) {
      const person = personOf(request);
      const isUnknown = person === undefined && request.userInfoType !== 'INFERRED';
      if (isUnknown && (request.userInfoType !== 'SSN' || unknownSsn === 'refuse')) throw new FrejaError(1012);
      const earlier = list().find((order) => isOpen(order) && isSamePerson(order, request));
      if (earlier !== undefined) {
        end(earlier, 'RP_CANCELED');
        throw new FrejaError(2000);
      }
      const order: Order = {
        ...request,
        ...of,
        // 64 characters, plus signs and slashes among them.
        ref: randomBytes(48).toString('base64'),
        startedAt: clock.now(),
        qrSecret: request.isDynamic ? randomBytes(24).toString('base64') : undefined,
        person,
        status: 'STARTED',
        endedAt: undefined,
      };
      all = [order, ...all];
      return order;
    },
    find(ref, { context, owner }) {
      const found = list().find((order) => order.ref === ref && order.context === context && order.owner === owner);
      if (found === undefined) throw new FrejaError(1100);
      return found;
    },
    take(ref) {
      const found = list().find((order) => order.ref === ref);
      if (found === undefined) throw new Error('there is no such authentication');
      if (!isOpen(found)) throw new Error(`it has ended: ${found.status}`);
      return found;
    },
  };
}

/** True while something can still happen. */
export function isOpen({ status }: Order): boolean {
  return status === 'STARTED' || status === 'DELIVERED_TO_MOBILE';
}

function isSamePerson(order: Order, { userInfoType, identifier }: InitRequest): boolean {
  const person = personOf({ userInfoType, identifier });
  if (person !== undefined) return order.person === person;
  return userInfoType !== 'INFERRED' && order.userInfoType === userInfoType && order.identifier === identifier;
}

function personOf({
  userInfoType,
  identifier,
}: Pick<InitRequest, 'userInfoType' | 'identifier'>): TestPerson | undefined {
  const identifiers: Readonly<Record<string, (person: TestPerson) => string>> = {
    SSN: ({ personalNumber }) => personalNumber,
    EMAIL: ({ email }) => email,
    PHONE: ({ phone }) => phone,
    ORG_ID: ({ organisationId }) => organisationId,
    UPI: upiOf,
  };
  const own = identifiers[userInfoType];
  return own && testPeople.find((person) => own(person).toLowerCase() === identifier.toLowerCase());
}
