import { setTimeout as pause } from 'node:timers/promises';
import { createBulkhead } from '../core/bulkhead.ts';
import type { Clock, Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { PushBackend, PushOutcome, PushSender, PushTarget, WakeUp } from '../core/push.ts';

/** Hands messages out, in the background. */
export interface PushDispatch {
  readonly wake: PushBackend['wake'];
  /** Resolves when nothing is under way; for tests, and before closing. */
  idle(): Promise<void>;
  /** Gives up what waits for another try, lets what is under way end. */
  close(): Promise<void>;
}

interface Errand {
  readonly target: PushTarget;
  readonly message: WakeUp;
  readonly onGone: Parameters<PushBackend['wake']>[2];
}

/** Services keep a message no shorter than this, in seconds: less is lost on a telephone that sleeps. Our choice. */
const leastTtlSeconds = 30;

/**
 * Sends within the life of the assignment, and never beyond it.
 *
 * `retry` is tried again after 1, 2, 4 … seconds, or later if the service says so; never sooner: who enrols names the service, and one that
 * says "at once" each time would have us send without end.
 */
export function createPushDispatch(
  senders: Readonly<Partial<Record<PushTarget['type'], PushSender>>>,
  { clock, log, firstDelayMs = 1000 }: { readonly clock: Clock; readonly log: Log; readonly firstDelayMs?: number },
): PushDispatch {
  const bulkhead = createBulkhead({ atOnce: 64, waiting: 2000 });
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  /** One try; tells how many milliseconds until the next, undefined when there is to be none. */
  async function attempt(
    sender: PushSender,
    { target, message, onGone }: Errand,
    tries: number,
  ): Promise<number | undefined> {
    const ttl = Math.max(Math.ceil((message.endsAt - clock.now()) / 1000), leastTtlSeconds);
    const outcome = await bulkhead.run(() => sender.send(target, message, ttl), closing.signal);
    if (outcome.outcome === 'retry') return Math.max(outcome.afterMs ?? 0, firstDelayMs * 2 ** Math.min(tries, 10));
    if (outcome.outcome === 'gone') await onGone(outcome.since);
    else note(target, outcome);
    return undefined;
  }

  async function deliver(errand: Errand): Promise<void> {
    const { target, message } = errand;
    const sender = senders[target.type];
    if (sender === undefined) return log.warn({ service: target.type }, 'there is no connection to this push service');
    for (let tries = 0; message.endsAt > clock.now(); tries += 1) {
      const waitMs = await attempt(sender, errand, tries);
      if (waitMs === undefined) return;
      if (waitMs >= message.endsAt - clock.now()) break;
      await pause(waitMs, undefined, { signal: closing.signal, ref: false });
    }
    log.warn({ service: target.type }, 'a push was not taken in time');
  }

  function note({ type }: PushTarget, outcome: PushOutcome): void {
    if (outcome.outcome === 'denied') log.error({ service: type, reason: outcome.reason }, 'a push service refuses us');
    if (outcome.outcome === 'bug') log.error({ service: type, reason: outcome.reason }, 'a push was not taken');
  }

  return {
    wake(target, message, onGone) {
      const task = deliver({ target, message, onGone }).catch((error: unknown) => {
        if (closing.signal.aborted) return;
        log.warn({ service: target.type, err: error instanceof Problem ? error.detail : error }, 'a push was not sent');
      });
      underWay.add(task);
      void task.finally(() => underWay.delete(task));
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
      await Promise.all(Object.values(senders).map((sender) => sender?.close()));
    },
  };
}
