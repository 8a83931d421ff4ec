import type { HistoryLine, Policy, RequestLine, RunLine, TokenLine } from '../history.ts';

/** An entry of the audit log, as far as rules look at it. */
export interface LogEvent {
  /** Each process that shares a database writes a chain of its own; 1 where there is one for all. */
  readonly chain: number;
  readonly seq: number;
  /** By the clock of the server that decided, milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  readonly trace: string;
  readonly realm?: string;
  readonly user?: string;
  readonly subject?: string;
  readonly reason?: string;
}

/** All that is known of a run: what clients saw, and what the log says. */
export interface Facts {
  readonly run: RunLine;
  /** By realm and user; see {@link personOf}. */
  readonly tokens: ReadonlyMap<string, TokenLine>;
  readonly requests: readonly RequestLine[];
  readonly byTrace: ReadonlyMap<string, RequestLine>;
  /** In the order of the log; nothing is known of the order between chains. */
  readonly events: readonly LogEvent[];
  readonly eventsOf: ReadonlyMap<string, readonly LogEvent[]>;
}

/** Something that must not be, with the requests that show it. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
  readonly requests: readonly RequestLine[];
}

/** Finds what breaks one promise. */
export type Rule = (facts: Facts) => readonly Violation[];

/** Realm and user as one text. */
export function personOf(realm: string, user: string): string {
  return `${realm}/${user}`;
}

/** Puts together what was recorded and what was logged. @throws Error for a history that does not begin with what it is of */
export function toFacts(lines: readonly HistoryLine[], events: readonly LogEvent[]): Facts {
  const run = lines.find((line) => line.kind === 'run');
  if (run === undefined) throw new Error('the history does not say what run it is of');
  const requests = lines.filter((line) => line.kind === 'request');
  const eventsOf = new Map<string, LogEvent[]>();
  for (const event of events) push(eventsOf, event.trace, event);
  const tokens = lines.filter((line) => line.kind === 'token');
  return {
    run,
    tokens: new Map(tokens.map((token) => [personOf(token.realm, token.user), token])),
    requests,
    byTrace: new Map(requests.map((request) => [request.trace, request])),
    events,
    eventsOf,
  };
}

/** Whether this happened for a request, as far as the log knows. */
export function hasEvent({ eventsOf }: Facts, { trace }: RequestLine, name: string): boolean {
  return eventsOf.get(trace)?.some(({ event }) => event === name) ?? false;
}

/** The policy of a realm. @throws Error for a realm that the run does not have */
export function policyOf({ run }: Facts, realm: string): Policy {
  const policy = run.policies[realm];
  if (policy === undefined) throw new Error(`the history says nothing of the realm "${realm}"`);
  return policy;
}

/** Adds to the list that is kept under a key. */
export function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Lists of requests under what they have in common; those without are left out. */
export function groupBy(requests: readonly RequestLine[], keyOf: (request: RequestLine) => string | undefined) {
  const groups = new Map<string, RequestLine[]>();
  for (const request of requests) {
    const key = keyOf(request);
    if (key !== undefined) push(groups, key, request);
  }
  return groups;
}

/** When an event was decided, as far as clients can tell: after `begin` and before `end`. */
export function spanOf({ trace }: LogEvent, { byTrace }: Facts): { readonly begin: number; readonly end: number } {
  const request = byTrace.get(trace);
  if (request === undefined) return { begin: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  // Whoever got no answer does not know that it is over.
  return { begin: request.begin, end: request.status === 0 ? Number.POSITIVE_INFINITY : request.end };
}

/** How an entry is called in messages. */
export function nameOf({ chain, seq }: LogEvent): string {
  return chain === 1 ? `entry ${seq}` : `entry ${seq} of chain ${chain}`;
}
