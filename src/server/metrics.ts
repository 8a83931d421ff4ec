import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Counts and times of this process, for Prometheus. Labels hold names of the configuration only, never anything a caller chose. */
export interface Metrics {
  /** One request is answered; `operation` is a configured name or `-`. */
  answered(operation: string, status: number, milliseconds: number): void;
  text(): Promise<string>;
  json(): Promise<MetricsJson>;
  readonly contentType: string;
}

/** Metrics as plain data, so that another process can add them to its own. */
export type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Metrics with a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'portvakt_requests_total',
    help: 'Requests answered, by operation and HTTP status',
    labelNames: ['operation', 'status'] as const,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'portvakt_request_seconds',
    help: 'Time from the request read to the answer handed over, by operation',
    labelNames: ['operation'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  // Looking a label up costs more than counting; the few there are stay at hand.
  const counters = new Map<string, Counter.Internal>();
  const timers = new Map<string, Histogram.Internal<'operation'>>();
  const at = <T>(map: Map<string, T>, key: string, make: () => T): T => {
    const known = map.get(key);
    if (known !== undefined) return known;
    const made = make();
    map.set(key, made);
    return made;
  };
  return {
    answered(operation, status, milliseconds) {
      at(counters, `${operation} ${status}`, () => requests.labels(operation, String(status))).inc();
      at(timers, operation, () => seconds.labels(operation)).observe(milliseconds / 1000);
    },
    text: () => registry.metrics(),
    json: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}
