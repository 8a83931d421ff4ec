import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from './client.ts';
import type { Realm } from './crowd.ts';
import { microseconds, type Recorder } from './history.ts';
import type { Node } from './nodes.ts';
import type { Random } from './random.ts';

/** An answer as far as clients look at it. `status` 0: none came. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How one request differs from others. */
export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** What goes over the wire, when it is not the input as JSON to an operation. */
  readonly path?: string;
  readonly method?: 'PUT' | 'POST';
}

/** The servers as clients see them: one of them answers, nobody chooses which. */
export interface World {
  readonly random: Random;
  /** Asks some node, and records what was asked and answered. */
  ask(tenant: Realm, operation: string, input: Readonly<Record<string, string>>, options?: AskOptions): Promise<Answer>;
  readonly counts: Counts;
  /** Breaks connections to a node, each with this likelihood in per cent. */
  cut(node: Node, percent: number): void;
  close(): void;
}

/** What has come of the requests so far. */
export interface Counts {
  asked: number;
  /** With any status but 5xx. */
  answered: number;
  yes: number;
  no: number;
  /** 5xx: unavailable. */
  failed: number;
  /** No whole answer. */
  unknown: number;
}

/** How long a client waits. */
const timeoutMs = 8000;

/** How many tenths of a second a client waits for some server to be there. */
const patience = 300;

/** Status of a request that was never sent, because no server was there. */
const notSent = -1;

/** A node with more requests under way gets no more while others have fewer: it may stand still. */
const crowded = 24;

/** What else may be wanted of clients. */
export interface Manners {
  /** Resolves when the next request may be sent. */
  pace?(): Promise<void>;
  /** Told of each answer that was not asked to wait: how long it took, and its status. */
  onAnswer?(milliseconds: number, status: number): void;
}

/** Clients of these nodes. Every request has a trace id of its own: that is how its events are found. */
export function createWorld(
  nodes: readonly Node[],
  recorder: Pick<Recorder, 'write'>,
  random: Random,
  manners: Manners = {},
): World {
  const clients = new Map(nodes.map((node): [Node, Client] => [node, createClient()]));
  const counts: Counts = { asked: 0, answered: 0, yes: 0, no: 0, failed: 0, unknown: 0 };
  const clientOf = (node: Node) => clients.get(node) as Client;

  /** Some node that answers at the moment; undefined when none does. */
  function choose(): { readonly node: Node; readonly port: number } | undefined {
    const up = nodes.flatMap((node) => {
      const port = node.port();
      return port === undefined ? [] : [{ node, port }];
    });
    const free = up.filter(({ node }) => clientOf(node).underWay() < crowded);
    const from = free.length > 0 ? free : up;
    return from[random.whole(0, from.length - 1)];
  }

  /** Waits for some node to answer. */
  async function find(): Promise<ReturnType<typeof choose>> {
    for (let waited = 0; waited < patience; waited += 1) {
      const found = choose();
      if (found !== undefined) return found;
      await pause(100);
    }
    return undefined;
  }

  function count(status: number): void {
    counts.asked += 1;
    if (status === 0) counts.unknown += 1;
    else if (status >= 500) counts.failed += 1;
    else counts.answered += 1;
    if (status === 200) counts.yes += 1;
    else if (status >= 400 && status < 500) counts.no += 1;
  }

  async function ask(
    tenant: Realm,
    operation: string,
    input: Readonly<Record<string, string>>,
    { headers = {}, path = `/api/authentication/${operation}`, method = 'PUT' }: AskOptions = {},
  ): Promise<Answer> {
    await manners.pace?.();
    const found = await find();
    if (found === undefined) return { status: notSent, body: {} };
    const { node, port } = found;
    const trace = newTrace(counts.asked, random);
    const traceparent = `00-${trace}-0000000000000001-01`;
    const request = { method, path, headers: { tenant, traceparent, ...headers }, body: JSON.stringify(input) };
    const begin = microseconds();
    const got = await clientOf(node).ask(port, request, timeoutMs);
    const end = microseconds() + 1;
    const status = got?.status ?? 0;
    const body = got !== undefined && status === 200 && got.body !== '' ? (JSON.parse(got.body) as Answer['body']) : {};
    count(status);
    if (headers['prefer'] === undefined) manners.onAnswer?.((end - begin) / 1000, status);
    const kept = Object.keys(body).length === 0 ? {} : { body };
    recorder.write({ kind: 'request', trace, node: node.name, begin, end, tenant, operation, input, status, ...kept });
    return { status, body };
  }

  return {
    random,
    ask,
    counts,
    cut: (node, percent) => clientOf(node).cut(() => random.chance(percent)),
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

let last = 0;

/** Never the same twice in a process. */
function newTrace(number: number, random: Random): string {
  last += 1;
  const part = (value: number, length: number) => value.toString(16).padStart(length, '0');
  return `${part(last, 12)}${part(number, 12)}${part(random.whole(0, 0xffffffff), 8)}`;
}
