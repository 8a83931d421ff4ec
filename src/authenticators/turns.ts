import type { Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Flow, type FlowBody, flowOf, giveBackFlow, openBody, sealBody, takeFlow } from './flow.ts';

type FlowPorts = Pick<Ports, 'store' | 'vault'>;

/** How long a message waits for the one before it, in milliseconds. */
const patienceMs = 30_000;

/** The flow with this cookie as it stands; undefined when there is none, or no longer. */
export async function readFlow(
  cookie: string | undefined,
  { store, vault }: FlowPorts,
): Promise<{ readonly flow: Flow; readonly body: FlowBody } | undefined> {
  if (cookie === undefined || !/^[0-9a-f]{64}$/.test(cookie)) return undefined;
  const key = flowOf(cookie, vault);
  const flow = await store.read(key);
  return flow && { flow, body: openBody(flow, key, vault) };
}

/**
 * Works on a flow, alone: two messages of one flow never place two orders, or try two codes against one count.
 *
 * What `work` throws leaves the flow as it was. @throws Problem 'unavailable' when the message before takes too long; 'session-unknown'
 */
export async function holdFlow<Answer>(
  cookie: string,
  ports: FlowPorts,
  work: (flow: Flow, body: FlowBody) => Promise<{ readonly body: FlowBody; readonly answer: Answer }>,
): Promise<Answer> {
  const { store, vault } = ports;
  const key = flowOf(cookie, vault);
  const flow = await take(cookie, ports);
  const before = openBody(flow, key, vault);
  try {
    const { body, answer } = await work(flow, before);
    const changed = body === before ? undefined : sealBody(body, key, vault);
    // Fail closed: what was not kept has not happened.
    const isOver = before.finished === undefined && body.finished !== undefined;
    if (!(await store.change(key, giveBackFlow(flow.turn, changed, isOver))))
      throw new Problem('unavailable', 'too slow');
    return answer;
  } catch (error) {
    await store.change(key, giveBackFlow(flow.turn, undefined)).catch(() => undefined);
    throw error;
  }
}

async function take(cookie: string, { store, vault }: FlowPorts): Promise<Flow> {
  const key = flowOf(cookie, vault);
  const watch = store.watch(key);
  try {
    for (let left = patienceMs; left > 0; ) {
      const { flow, isHeld } = await store.change(key, takeFlow());
      if (flow === undefined) throw new Problem('session-unknown', 'the flow has ended');
      if (!isHeld) return flow;
      left -= await watch.next(1000);
    }
  } finally {
    watch.stop();
  }
  throw new Problem('unavailable', 'the message before it takes too long');
}
