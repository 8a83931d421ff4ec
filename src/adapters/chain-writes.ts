import { coreEvents } from '../core/event.ts';
import { Problem } from '../core/problem.ts';
import type { Checkpoint, LogEntry, LogHead } from '../core/store.ts';
import { type AuditLog, eventText } from './audit-log.ts';

/** How the chain that this process writes into stands. */
export interface ChainState {
  readonly chain: number;
  readonly head: LogHead | undefined;
  /** True when there is neither an entry nor a checkpoint in it. */
  readonly isEmpty: boolean;
  readonly lastCheckpoint: Pick<Checkpoint, 'seq' | 'at'> | undefined;
  /** How far the other chains go, to be written down with the next events, so that none of them can be taken away or cut. */
  readonly others?: readonly ChainEnd[] | undefined;
}

/** How far a chain goes. */
export interface ChainEnd {
  readonly chain: number;
  readonly seq: number;
  readonly hash: string;
}

/** What is added to the chain. */
export interface ChainWrites {
  readonly chain: number;
  readonly at: number;
  readonly entries: readonly LogEntry[];
  readonly head: LogHead;
  readonly checkpoint: Checkpoint | undefined;
}

/** What a batch adds to the log: its events, and a checkpoint when one is due. @throws Problem when the end of the log is not ours */
export function chainWrites(
  log: AuditLog,
  state: ChainState,
  events: readonly string[],
  at: number,
): ChainWrites | undefined {
  if (events.length === 0) return undefined;
  mustBeOurs(log, state);
  const { chain, lastCheckpoint, others = [] } = state;
  const entries = log.extend(state.head, [...linkTo(others), ...events], at, chain);
  const head = log.seal(entries.at(-1) as LogEntry);
  const due = log.checkpoint(head, lastCheckpoint, at);
  return { chain, at, entries, head, checkpoint: due };
}

function linkTo(others: readonly ChainEnd[]): string[] {
  if (others.length === 0) return [];
  const subject = others.map(({ chain, seq, hash }) => `${chain}:${seq}:${hash}`).join(' ');
  return [eventText({ type: coreEvents.chainsLinked, subject })];
}

/** The last checkpoint, at the end of the server; undefined when there is nothing to sign. @throws Problem when the end of the log is not ours */
export function lastWrites(log: AuditLog, state: ChainState, at: number): ChainWrites | undefined {
  const { chain, head, lastCheckpoint } = state;
  if (head === undefined) return undefined;
  mustBeOurs(log, state);
  const checkpoint = log.checkpoint(head, lastCheckpoint, at, true);
  return checkpoint === undefined ? undefined : { chain, at, entries: [], head, checkpoint };
}

/** Whoever changed the end of the log wants us to seal what he made of it. */
function mustBeOurs(log: AuditLog, { head, isEmpty }: ChainState): void {
  if (head === undefined ? isEmpty : log.trusts(head)) return;
  throw new Problem('store-unavailable', 'the audit log was changed by others: portvakt events verify tells where');
}
