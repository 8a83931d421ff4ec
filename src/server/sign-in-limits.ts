import { Problem } from '../core/problem.ts';
import { RecentlyUsed } from '../core/recently-used.ts';
import { type Budget, createBudget } from './budget.ts';

/** What keeps one browser, or one address, from asking for more than a person does. In this process only. */
export interface SignInLimits {
  /** @throws Problem 'rate-limited' when this address begins sign-ins faster than a house full of people does */
  mayBegin(address: string): void;
  /** False when the flow with this cookie places orders faster than a person can answer them. */
  mayOrder(cookie: string): boolean;
}

/** New sign-ins of one address, and orders of one sign-in, a second and at once. Our choice: many people share one address behind a proxy. */
const limits = {
  begin: { perSecond: 10, burst: 300 },
  order: { perSecond: 1 / 15, burst: 8 },
} as const;

/** How many addresses, and how many flows, are counted at once; whoever was not heard of for longest begins anew. */
const remembered = 10_000;

/** Limits that know of nobody yet. `now` in milliseconds, by a clock that only goes forward. */
export function createSignInLimits(now?: () => number): SignInLimits {
  const take = (
    known: RecentlyUsed<string, Budget>,
    key: string,
    { perSecond, burst }: (typeof limits)['begin' | 'order'],
  ) => {
    const budget = known.get(key) ?? createBudget(perSecond, burst, now);
    known.set(key, budget);
    return budget.take();
  };
  const addresses = new RecentlyUsed<string, Budget>(remembered);
  const flows = new RecentlyUsed<string, Budget>(remembered);
  return {
    mayBegin(address) {
      const wait = take(addresses, networkOf(address), limits.begin);
      if (wait > 0)
        throw new Problem('rate-limited', 'too many sign-ins begun', { retryAfterSeconds: Math.ceil(wait) });
    },
    mayOrder: (cookie) => take(flows, cookie, limits.order) === 0,
  };
}

/** An IPv4 address; of IPv6 the network of one subscriber, /64, as its addresses are for the taking. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
