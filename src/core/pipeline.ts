import type { BoundLine, BoundOperation } from './bind.ts';
import { type AuditEvent, coreEvents } from './event.ts';
import type { Facts, InitialFacts } from './facts.ts';
import type { Ports } from './ports.ts';
import { Problem } from './problem.ts';
import type { Key } from './store.ts';

/** What an operation has gathered so far. */
export type Gathered = InitialFacts & Partial<Facts>;

/**
 * Runs an operation from top to bottom and returns the properties of the answer.
 *
 * Every run that decides leaves an audit event: the deciding step's own, or one written here. A fault leaves a line in the technical log.
 *
 * @throws Problem as its steps do
 */
export async function runOperation(
  operation: BoundOperation,
  start: InitialFacts,
  ports: Ports,
): Promise<Facts['reply']> {
  return (await gather(operation, start, ports)).reply;
}

/** The same, for one who wants to know what else was found: all facts at its end. @throws Problem as its steps do */
export async function gather(operation: BoundOperation, start: InitialFacts, ports: Ports): Promise<Gathered> {
  try {
    const facts = await runLines(operation.lines, start, ports);
    // Fail closed: whoever was looked up as a claimant must have been proved by some step.
    if (facts.claimant !== undefined && facts.user === undefined) throw new Problem('refused', 'nothing was proved');
    if (!operation.records) await record(ports, { ...start.origin, type: coreEvents.operationDone });
    return facts;
  } catch (error) {
    if (error instanceof Problem && !error.recorded && error.status < 500) {
      await record(ports, { ...start.origin, type: coreEvents.operationRefused, reason: error.code });
    }
    throw error;
  }
}

async function runLines(lines: readonly BoundLine[], start: Gathered, ports: Ports): Promise<Gathered> {
  let facts = start;
  for (const line of lines) {
    if ('step' in line) {
      const given = line.step.run(facts, line.settings, ports);
      facts = { ...facts, ...(given instanceof Promise ? await given : given) };
    } else if (line.when.holds(facts)) {
      facts = await runLines(line.then, facts, ports);
    }
  }
  return facts;
}

const log: Key<never> = { kind: { name: 'log' }, id: '' };

/** Writes an audit event that belongs to no record; durable when the promise resolves. */
export async function record({ store }: Pick<Ports, 'store'>, event: AuditEvent): Promise<void> {
  await store.change(log, () => ({ events: [event], result: undefined }));
}
