import type { Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Flow, type FlowBody, flowOf, giveBackFlow, type Holder, openBody, sealBody, takeFlow } from './flow.ts';

type FlowPorts = Pick<Ports, 'store' | 'vault' | 'clock'>;

/** How long a message waits for the one before it, in milliseconds. */
const patienceMs = 30_000;

/** How many messages of one flow may wait in this process: several tabs that ask as fast as pages do. Each change of a flow wakes all of them. */
const maxWaiting = 64;

/** The flow of this browser as it stands; undefined when there is none, or no longer. */
export async function readFlow(
  holder: Holder,
  { store, vault }: Pick<FlowPorts, 'store' | 'vault'>,
): Promise<{ readonly flow: Flow; readonly body: FlowBody } | undefined> {
  if (!/^[0-9a-f]{64}$/.test(holder.cookie)) return undefined;
  const key = flowOf(holder, vault);
  const flow = await store.read(key);
  return flow && { flow, body: openBody(flow, key, vault) };
}

/**
 * Works on a flow, alone: two messages of one flow never place two orders, or try two codes against one count.
 *
 * What `work` throws leaves the flow as it was. @throws Problem 'unavailable' when the message before takes too long, or too many wait for it; 'session-unknown'
 */
export async function holdFlow<Answer>(
  holder: Holder,
  ports: FlowPorts,
  work: (flow: Flow, body: FlowBody) => Promise<{ readonly body: FlowBody; readonly answer: Answer }>,
): Promise<Answer> {
  const { store, vault } = ports;
  const key = flowOf(holder, vault);
  const flow = await take(holder, ports);
  const before = openBody(flow, key, vault);
  try {
    const { body, answer } = await work(flow, before);
    const changed = body === before ? undefined : sealBody(body, key, vault);
    const isOver = before.finished === undefined && body.finished !== undefined;
    // Fail closed: what was not kept has not happened.
    if (!(await store.change(key, giveBackFlow(flow.turn, changed, isOver))))
      throw new Problem('unavailable', 'too slow');
    return answer;
  } catch (error) {
    await store.change(key, giveBackFlow(flow.turn, undefined)).catch(() => undefined);
    throw error;
  }
}

/** Id of a flow → how many messages wait for it here. */
const waiting = new Map<string, number>();

async function take(holder: Holder, ports: FlowPorts): Promise<Flow> {
  const { id } = flowOf(holder, ports.vault);
  const count = waiting.get(id) ?? 0;
  if (count >= maxWaiting) throw new Problem('unavailable', 'too many messages of one sign-in wait');
  waiting.set(id, count + 1);
  try {
    return await wait(holder, ports);
  } finally {
    const left = (waiting.get(id) ?? 1) - 1;
    if (left > 0) waiting.set(id, left);
    else waiting.delete(id);
  }
}

async function wait(holder: Holder, { store, vault, clock }: FlowPorts): Promise<Flow> {
  const key = flowOf(holder, vault);
  const watch = store.watch(key);
  const deadline = clock.now() + patienceMs;
  try {
    // Counted twice: by the clock, as every look takes time too, and by the watch, in case the clock is set back.
    for (let left = patienceMs; left > 0; ) {
      const { flow, isHeld } = await store.change(key, takeFlow());
      if (flow === undefined) throw new Problem('session-unknown', 'the flow has ended');
      if (!isHeld) return flow;
      const slept = await watch.next(Math.min(left, 1000));
      left = Math.min(left - slept, deadline - clock.now());
    }
  } finally {
    watch.stop();
  }
  throw new Problem('unavailable', 'the message before it takes too long');
}
