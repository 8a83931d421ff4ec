import { createBreaker } from './breaker.ts';
import { describeSending, isHealthy, type Sender, type Sending } from './messages-gateway.ts';

/** When a gateway is left alone after failures, and for how long. */
export interface BreakerSettings {
  readonly failures: number;
  readonly openMs: number;
}

/** Which gateway took the message, or why none did. */
export type Delivery =
  | {
      readonly gateway: string;
      readonly ids: readonly string[];
      /** What the gateways before it said, for the log; empty when it was the first. */
      readonly before: string;
    }
  | {
      readonly gateway?: undefined;
      /** `unknown`: it may be on its way, and must not be sent again. */
      readonly reason: 'no-gateway' | 'unknown' | 'refused' | 'not-reached';
      /** What each gateway said, for the log. */
      readonly detail: string;
      /** The gateway that spoke last. */
      readonly last?: string;
    };

/** Asks gateways in their order until one accepts, or one leaves us not knowing; each has a breaker. */
export function createFailOver<Message>(
  gateways: readonly Sender<Message>[],
  breaking: BreakerSettings,
): (message: Message) => Promise<Delivery> {
  const guarded = gateways.map((gateway) => ({
    gateway,
    breaker: createBreaker({ ...breaking, now: () => performance.now() }),
  }));

  async function ask({ gateway, breaker }: (typeof guarded)[number], message: Message): Promise<Sending> {
    if (!breaker.enter()) return { outcome: 'not-reached', code: 'left alone for a while' };
    let healthy = false;
    try {
      const sending = await gateway.send(message);
      healthy = isHealthy(sending);
      return sending;
    } finally {
      breaker.leave(healthy);
    }
  }

  return async (message) => {
    const said: string[] = [];
    let last: { readonly name: string; readonly outcome: 'refused' | 'not-reached' } | undefined;
    for (const one of guarded) {
      const { name } = one.gateway;
      const sending = await ask(one, message);
      if (sending.outcome === 'accepted') return { gateway: name, ids: sending.ids, before: said.join('; ') };
      said.push(`${name}: ${describeSending(sending)}`);
      if (sending.outcome === 'unknown') return { reason: 'unknown', detail: said.join('; '), last: name };
      last = { name, outcome: sending.outcome };
    }
    if (last === undefined) return { reason: 'no-gateway', detail: 'no gateway is configured' };
    return { reason: last.outcome, detail: said.join('; '), last: last.name };
  };
}
