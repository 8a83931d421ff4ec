import type { BoundOperation } from './bind.ts';
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
 * Runs an operation from top to bottom and returns all facts at its end; `reply` are the properties of the answer.
 *
 * Every run that decides leaves an audit event: the deciding step's own, or one written here. A fault leaves a line in the technical log.
 *
 * All in one function: whoever waits for news does so below it, and each function between costs memory for every one who waits.
 *
 * @throws Problem as its steps do
 */
export async function runOperation(operation: BoundOperation, start: InitialFacts, ports: Ports): Promise<Found> {
  let facts: Gathered = start;
  /** Whom a step has proved last. */
  let proven: Facts['user'] | undefined;
  const lines = [...operation.lines];
  try {
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
      if ('step' in line) {
        const given = line.step.run(facts, line.settings, ports);
        facts = { ...facts, ...(given instanceof Promise ? await given : given) };
        if (line.step.proves) proven = facts.user;
      } else if (line.when.holds(facts)) {
        lines.unshift(...line.then);
      }
    }
    const found = conclude(facts, proven);
    if (!operation.records) await record(ports, { ...start.origin, type: coreEvents.operationDone });
    return found;
  } catch (error) {
    if (isUntoldRefusal(error)) {
      await record(ports, { ...start.origin, type: coreEvents.operationRefused, reason: error.code });
    }
    throw error;
  }
}

/** Whether an operation ended in a decision of which no step has written. */
function isUntoldRefusal(error: unknown): error is Problem {
  return error instanceof Problem && !error.recorded && error.status < 500;
}

/** @throws Problem 'refused' when somebody was looked up as a claimant and no step has proved who that is: fail closed */
function conclude(facts: Gathered, proven: Facts['user'] | undefined): Found {
  const { user, claimant } = facts;
  if (claimant !== undefined && user === undefined) throw new Problem('refused', 'nothing was proved');
  return { ...facts, isProven: user !== undefined && proven?.id === user.id && proven.realm === user.realm };
}

const log: Key<never> = { kind: { name: 'log' }, id: '' };

/** Writes an audit event that belongs to no record; durable when the promise resolves. */
export async function record({ store }: Pick<Ports, 'store'>, event: AuditEvent): Promise<void> {
  await store.change(log, () => ({ events: [event], result: undefined }));
}
