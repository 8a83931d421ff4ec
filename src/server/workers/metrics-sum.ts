import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { MetricsJson } from '../metrics.ts';
import type { Worker } from './worker.ts';

/** The metrics of a primary and its workers, added up. */
export interface MetricsSum {
  /** Counts with the others from now on. What it counted stays counted once it is gone. */
  add(worker: Worker): void;
  died(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Kinds of metrics that only go up: were they to fall when a worker ends, it would be taken for a new beginning. */
const counting: readonly unknown[] = ['counter', 'histogram'];

/** `present` tells how many workers take connections. */
export function createMetricsSum(present: () => number): MetricsSum {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const deaths = new Counter({
    name: 'portvakt_worker_deaths_total',
    help: 'Worker processes that ended without being told to',
    registers: [registry],
  });
  new Gauge({
    name: 'portvakt_workers',
    help: 'Worker processes that take connections',
    registers: [registry],
    collect() {
      this.set(present());
    },
  });
  const latest = new Map<Worker, MetricsJson>();
  let gone: Promise<MetricsJson> = Promise.resolve([]);

  async function ask(worker: Worker): Promise<void> {
    const answer = await worker.ask('metrics');
    // Who ended while it was asked has been counted.
    if (answer !== undefined && latest.has(worker)) latest.set(worker, answer as MetricsJson);
  }

  return {
    add(worker) {
      latest.set(worker, []);
      void worker.ended.then(() => {
        const last = (worker.lastWords() as MetricsJson | undefined) ?? latest.get(worker) ?? [];
        latest.delete(worker);
        gone = gone.then((before) =>
          add(
            before,
            last.filter(({ type }) => counting.includes(type)),
          ),
        );
      });
    },
    died: () => deaths.inc(),
    async text() {
      await Promise.all([...latest.keys()].map(ask));
      const own = await registry.getMetricsAsJSON();
      return AggregatorRegistry.aggregate([own, await gone, ...latest.values()]).metrics();
    },
    contentType: registry.contentType,
  };
}

function add(some: MetricsJson, more: MetricsJson): Promise<MetricsJson> {
  return AggregatorRegistry.aggregate([some, more]).getMetricsAsJSON();
}
