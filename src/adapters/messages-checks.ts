import type { AuditEvent } from '../core/event.ts';
import type { MessageSettings } from '../core/message-settings.ts';
import { record } from '../core/pipeline.ts';
import type { Message, Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { Key } from '../core/store.ts';
import { budgetOf, spendMessage } from './messages-budget.ts';
import { messageEvents } from './messages-events.ts';
import type { Delivery } from './messages-fail-over.ts';
import { afterAcceptance, stateOf } from './messages-receipts.ts';
import { countMessage, type Throttle } from './messages-throttle.ts';

interface Checking extends Pick<Ports, 'store'> {
  readonly settings: MessageSettings;
}

/** True when nothing may be sent to this number, given as E.164. */
export function isDenied(to: string, { allowedPrefixes, deniedPrefixes }: MessageSettings): boolean {
  const begins = (prefix: string) => to.startsWith(prefix);
  return deniedPrefixes.some(begins) || allowedPrefixes?.some(begins) === false;
}

/** Counts one more message to this recipient. @throws Problem 'message-refused' when there were too many */
export async function mayWrite({ settings, store }: Checking, message: Message, key: Key<Throttle>): Promise<void> {
  const { throttle } = settings;
  if (!throttle.enabled) return;
  const verdict = await store.change(key, countMessage(throttle, refusalOf(message, 'quarantined')));
  if (verdict !== 'send') throw refused(verdict);
}

/** Takes one message from the tenant's budget. @throws Problem 'message-refused' when it is spent */
export async function maySpend({ settings, store }: Checking, message: Message): Promise<void> {
  const { tenants, perDay } = settings.budget;
  const limit = Object.hasOwn(tenants, message.tenant) ? tenants[message.tenant] : perDay;
  if (limit === undefined) return;
  const refusal = refusalOf(message, 'budget-spent');
  const verdict = await store.change(budgetOf(message.tenant), spendMessage(limit, refusal));
  if (verdict !== 'send') throw refused('budget-spent');
}

/** Writes down what became of a message. @throws Problem 'message-refused' when nobody took it */
export async function settle({ store }: Pick<Ports, 'store'>, message: Message, delivery: Delivery): Promise<void> {
  if (delivery.gateway === undefined) {
    await record(
      { store },
      { ...refusalOf(message, delivery.reason), ...(delivery.last && { subject: delivery.last }) },
    );
    throw refused(delivery.reason, delivery.detail);
  }
  const { gateway, ids } = delivery;
  const origin = { ...message.origin, ...message.person, tenant: message.tenant };
  const sent: AuditEvent = { ...origin, type: messageEvents.sent, subject: gateway };
  const [first, ...others] = ids;
  if (first === undefined) return record({ store }, sent);
  await Promise.all([
    store.change(stateOf(gateway, first), afterAcceptance(gateway, origin, [sent])),
    ...others.map((id) => store.change(stateOf(gateway, id), afterAcceptance(gateway, origin, []))),
  ]);
}

/** Refuses before anybody is asked. @throws Problem 'message-refused', always */
export async function refuse({ store }: Pick<Ports, 'store'>, message: Message, reason: string): Promise<never> {
  await record({ store }, refusalOf(message, reason));
  throw refused(reason);
}

function refusalOf({ origin, person, tenant }: Message, reason: string): AuditEvent {
  return { ...origin, ...person, tenant, type: messageEvents.refused, reason };
}

function refused(reason: string, detail?: string): Problem {
  return new Problem('message-refused', detail === undefined ? reason : `${reason}: ${detail}`, { recorded: true });
}
