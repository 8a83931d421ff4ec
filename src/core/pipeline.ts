import type { BoundLine, BoundOperation } from './bind.ts';
import { type AuditEvent, coreEvents } from './event.ts';
import type { Facts, InitialFacts } from './facts.ts';
import type { Ports } from './ports.ts';
import { Problem } from './problem.ts';
import type { Key } from './store.ts';

/** What an operation has gathered so far. */
export type Gathered = InitialFacts & Partial<Facts>;

/** What an operation has found in the end. */
export type Found = Gathered & {
  /** A step that proves who is there has proved this very user; otherwise that is somebody who was merely named. */
  readonly isProven: boolean;
};

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
export async function gather(operation: BoundOperation, start: InitialFacts, ports: Ports): Promise<Found> {
  try {
    const { facts, proven } = await runLines(operation.lines, { facts: start }, ports);
    const { user } = facts;
    // Fail closed: whoever was looked up as a claimant must have been proved by some step.
    if (facts.claimant !== undefined && user === undefined) throw new Problem('refused', 'nothing was proved');
    if (!operation.records) await record(ports, { ...start.origin, type: coreEvents.operationDone });
    const isProven = user !== undefined && proven?.id === user.id && proven.realm === user.realm;
    return { ...facts, isProven };
  } catch (error) {
    if (error instanceof Problem && !error.recorded && error.status < 500) {
      await record(ports, { ...start.origin, type: coreEvents.operationRefused, reason: error.code });
    }
    throw error;
  }
}

/** How far an operation has come. */
interface Run {
  readonly facts: Gathered;
  /** Whom a step has proved last. */
  readonly proven?: Facts['user'] | undefined;
}

async function runLines(lines: readonly BoundLine[], start: Run, ports: Ports): Promise<Run> {
  let { facts, proven } = start;
  for (const line of lines) {
    if ('step' in line) {
      const given = line.step.run(facts, line.settings, ports);
      facts = { ...facts, ...(given instanceof Promise ? await given : given) };
      if (line.step.proves) proven = facts.user;
    } else if (line.when.holds(facts)) {
      ({ facts, proven } = await runLines(line.then, { facts, proven }, ports));
    }
  }
  return { facts, proven };
}

const log: Key<never> = { kind: { name: 'log' }, id: '' };

/** Writes an audit event that belongs to no record; durable when the promise resolves. */
export async function record({ store }: Pick<Ports, 'store'>, event: AuditEvent): Promise<void> {
  await store.change(log, () => ({ events: [event], result: undefined }));
}
