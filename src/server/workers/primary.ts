import type { ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import type { Config } from '../../config/schema.ts';
import type { Log } from '../../core/ports.ts';
import { createManagement, type Readiness } from '../management.ts';
import { urlOf } from '../own-door.ts';
import { type Crew, createCrew } from './crew.ts';
import { createHandOut } from './hand-out.ts';
import { createMetricsSum } from './metrics-sum.ts';
import type { Orders } from './words.ts';
import { employ, type Worker } from './worker.ts';

/** What several processes on one port need. */
export interface PrimaryParts {
  readonly config: Config;
  /** How many workers. */
  readonly count: number;
  readonly log: Log;
  /** For the workers; see {@link Orders}. */
  readonly more?: unknown;
  /** Starts a process that calls `work`. */
  launch(number: number): ChildProcess;
  /** There is nobody left who could answer. */
  onGiveUp(reason: Error): void;
}

/** A process that hands connections to others, and answers for their health. */
export interface RunningPrimary {
  readonly url: string;
  readonly managementUrl: string | undefined;
  /** Replaces the workers by such with this configuration. @throws Error when one does not start */
  reload(config: Config): Promise<void>;
  /** @throws Error naming the workers that did not stop in good order */
  stop(): Promise<void>;
  /** Ends all workers at once. */
  kill(): void;
}

/** Connections that the kernel keeps until they are accepted: as many as Node.js asks for elsewhere. */
const backlog = 511;

/** Listens as the configuration says, and has workers answer. @throws Error when a port is taken, or a worker does not start */
export async function startPrimary(parts: PrimaryParts): Promise<RunningPrimary> {
  let { config } = parts;
  const { count, log } = parts;
  const handOut = createHandOut();
  const metrics = createMetricsSum(() => crew.present().length);
  let isStopping = false;

  function hire(number: number, orders: Orders): Worker {
    const answer = (about: string) => answerWorker(about, crew);
    const worker = employ({ number, child: parts.launch(number), orders, answer });
    metrics.add(worker);
    return worker;
  }

  const crew = createCrew({ count, handOut, log, hire, onDeath: metrics.died, onGiveUp: parts.onGiveUp });
  const readiness = async () => (isStopping ? 'stopping' : readinessOf(crew.present()));
  const management = createManagement({ metrics, readiness });
  if (config.management !== undefined) await management.listen({ ...config.management });
  const managementUrl = config.management && urlOf(management.server.address(), 'http');
  const listener = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true }, (connection) => {
    // Nothing is read here, so nothing goes wrong here that the worker would not meet as well.
    connection.on('error', () => {});
    handOut.give(connection);
  });
  const close = async () => {
    listener.close();
    handOut.close();
    await management.close();
  };
  const ordersFor = (next: Config): Orders => ({ config: next, url, managementUrl, more: parts.more });
  let url = '';
  try {
    await listen(listener, config);
    url = urlOf(listener.address(), config.listen.tls === undefined ? 'http' : 'https');
    await crew.start(ordersFor(config));
  } catch (error) {
    await close();
    throw error;
  }

  return {
    url,
    managementUrl,
    async reload(next) {
      await crew.replaceAll(ordersFor(next));
      config = next;
    },
    async stop() {
      isStopping = true;
      listener.close();
      handOut.close();
      const faults = await crew.stop({ seconds: config.drainSeconds, cutsIdle: true });
      await management.close();
      if (faults.length > 0) throw new Error(faults.join('; '));
    },
    kill: crew.killAll,
  };
}

function listen(listener: Server, { listen: { host, port } }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject).listen({ host, port, backlog }, resolve);
  });
}

/** Ready when all are who take connections: what one of them cannot answer fails. */
async function readinessOf(workers: readonly Worker[]): Promise<Readiness> {
  if (workers.length === 0) return 'no worker';
  const answers = await Promise.all(workers.map((worker) => worker.ask('readiness')));
  const unready = answers.find((answer) => answer !== 'ready');
  return answers.includes(undefined) ? 'store not available' : ((unready as Readiness | undefined) ?? 'ready');
}

/** Some of what a worker shows it must ask of all. */
async function answerWorker(about: string, crew: Crew): Promise<unknown> {
  return Promise.all(crew.present().map((worker) => worker.ask(about)));
}
