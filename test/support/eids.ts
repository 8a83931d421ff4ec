import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { eidTrials } from '../../src/compose-demo-eids.ts';
import { type RunningSimulator, type Simulated, simulated, startSimulators } from '../../src/compose-simulators.ts';
import { createSimClock } from '../../src/simulator-kit/clock.ts';
import { testPeople } from '../../src/simulator-kit/people.ts';
import type { FaultLimits } from '../../src/simulator-kit/simulator.ts';
import { type Answer, noon, type sharedServer, simpleConfig, startTestServer, type TestServer } from './server.ts';

/** Who identifies in these tests. */
export const [somebody] = testPeople;

/** What the documents call things: of each method, and what our own tests ask it. */
export const eids = {
  bankid: {
    ...eidTrials.bankid,
    cancel: 'bankid_cancel',
    pending: 'OUTSTANDING_TRANSACTION',
    done: 'OK',
    undone: 'ERROR',
  },
  freja: {
    ...eidTrials.freja,
    cancel: 'freja_eid_cancel',
    pending: 'STARTED',
    done: 'APPROVED',
    undone: 'RP_CANCELED',
  },
  netid: {
    ...eidTrials.netid,
    cancel: 'netid_cancel',
    pending: 'OUTSTANDING_TRANSACTION',
    done: 'COMPLETE',
    undone: 'CANCELLED',
  },
} as const satisfies Record<Simulated, unknown>;

/** The operations of these. */
export const operationsOf = (names: readonly Simulated[]): readonly string[] =>
  names.flatMap((name) => [eids[name].start.operation, eids[name].check.operation, eids[name].cancel]);

/** Tenants `t1` and `t2`, open, that may ask for all of them, and connections to these simulators. */
export function eidConfig(running: readonly RunningSimulator[], more: object = {}): object {
  const connections = running.map(({ name, settings }) => [name, { default: settings }]);
  const operations = operationsOf(running.map(({ name }) => name));
  const tenant = { operations, callers: [{ open: true }] };
  return simpleConfig({}, { tenants: { t1: tenant, t2: tenant }, ...Object.fromEntries(connections), ...more });
}

/** A server with the three services behind it, on one clock. */
export interface EidServer extends TestServer {
  /** Starts an identification; `order` is the service's own reference. */
  begin(
    name: Simulated,
    body?: object,
  ): Promise<{ readonly id: string; readonly order: string; readonly answer: Answer }>;
  /** Asks how it stands, after the time in which the service is not asked again. */
  check(name: Simulated, id: string, options?: Parameters<TestServer['put']>[2]): Promise<Answer>;
  /** What the user does. */
  act(name: Simulated, action: string, order: string, more?: object): Promise<void>;
  /** How often the service was asked for anything, or for what has this in its path. */
  calls(name: Simulated, path?: string): number;
  /** The service’s reference of the newest order. */
  newest(name: Simulated): string;
  /** Has the service go wrong, as its simulator can; undefined ends it. */
  fault(name: Simulated, fault: string | undefined, limits?: FaultLimits): void;
  /** What the service was asked last at this path. */
  asked(name: Simulated, path: string): Readonly<Record<string, unknown>>;
}

/** Simulators of these services. `now`: the time they go by. */
export async function playEids(names: readonly Simulated[] = simulated, now?: () => number) {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-eids-'));
  const clock = now && createSimClock(now);
  const { running, close } = await startSimulators(names, folder, () => (clock === undefined ? {} : { clock }));
  const simulatorOf = (name: Simulated) => {
    const found = running.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is not played`);
    return found.simulator;
  };
  return { running, simulatorOf, close: () => close().finally(() => rmSync(folder, { recursive: true, force: true })) };
}

/** Such a server that the tests of a file share, as {@link sharedServer}. `more`: settings beside the connections. */
export function sharedEidServer(more: object = {}): () => EidServer {
  let server: EidServer | undefined;
  beforeAll(async () => {
    let now = () => noon;
    const { running, simulatorOf, close } = await playEids(simulated, () => now());
    let end = async () => {};
    const until = (given: typeof end) => {
      end = given;
    };
    const plain = await startTestServer(eidConfig(running, more), { until });
    now = plain.clock.now;
    server = withEids(plain, simulatorOf);
    return () => end().finally(close);
  });
  return () => {
    if (server === undefined) throw new Error('the server is there once the tests run');
    return server;
  };
}

function withEids(server: TestServer, simulatorOf: Awaited<ReturnType<typeof playEids>>['simulatorOf']): EidServer {
  return {
    ...server,
    async begin(name, body = eids[name].start.body) {
      const { start, check } = eids[name];
      // Whatever an earlier test has left has lapsed: nobody has two identifications at once.
      server.pass(700);
      const answer = await server.put(start.operation, body);
      const order = simulatorOf(name).orders()[0]?.ref ?? '';
      return { id: String(answer.body?.[check.property] ?? ''), order, answer };
    },
    check(name, id, options) {
      server.pass(3);
      const { operation, property } = eids[name].check;
      return server.put(operation, { [property]: id }, options);
    },
    act: (name, action, order, more = {}) =>
      simulatorOf(name).act(action, order, { person: somebody.personalNumber, ...more }),
    calls: (name, path = '') => simulatorOf(name).calls.filter((call) => call.path.includes(path)).length,
    newest: (name) => simulatorOf(name).orders()[0]?.ref ?? '',
    fault: (name, fault, limits) => simulatorOf(name).faults.set(fault, limits),
    asked: (name, path) =>
      JSON.parse(simulatorOf(name).calls.findLast((call) => call.path.includes(path))?.body ?? '{}'),
  };
}
