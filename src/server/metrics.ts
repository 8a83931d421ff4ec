import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is counted of the sign-in pages (Fortified ID, "Exposed metrics": what is open, outcomes, time). */
export interface PageMetrics {
  /** A request begins; what is returned is told of its end. */
  began(of: Labelled, request: 'page' | 'message' | 'finish'): (status: number) => void;
  /** Something came of an authenticator. */
  ended(of: Labelled, outcome: string): void;
}

interface Labelled {
  readonly id: string;
  readonly type: string;
}

/** Counts and times of this process, for Prometheus. Labels hold names of the configuration only, never anything a caller chose. */
export interface Metrics {
  /** One request is answered; `operation` is a configured name or `-`. */
  answered(operation: string, status: number, milliseconds: number): void;
  readonly pages: PageMetrics;
  text(): Promise<string>;
  json(): Promise<MetricsJson>;
  readonly contentType: string;
}

/** Metrics as plain data, so that another process can add them to its own. */
export type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

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
    buckets,
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
    pages: createPageMetrics(registry),
    text: () => registry.metrics(),
    json: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}

function createPageMetrics(registry: Registry): PageMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'portvakt_sign_in_requests_total',
    help: 'Requests of sign-in pages answered, by authenticator, kind and HTTP status',
    labelNames: ['authenticator', 'type', 'request', 'status'] as const,
    registers,
  });
  const outcomes = new Counter({
    name: 'portvakt_sign_in_outcomes_total',
    help: 'What came of authenticators, as their events say',
    labelNames: ['authenticator', 'type', 'outcome'] as const,
    registers,
  });
  const open = new Gauge({
    name: 'portvakt_sign_in_requests_open',
    help: 'Requests of sign-in pages under way',
    labelNames: ['authenticator', 'type'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'portvakt_sign_in_request_seconds',
    help: 'Time that requests of sign-in pages take, services behind them included',
    labelNames: ['type'] as const,
    buckets,
    registers,
  });
  return {
    began({ id: authenticator, type }, request) {
      const at = performance.now();
      open.inc({ authenticator, type });
      return (status) => {
        open.dec({ authenticator, type });
        requests.inc({ authenticator, type, request, status: String(status) });
        seconds.observe({ type }, (performance.now() - at) / 1000);
      };
    },
    ended({ id: authenticator, type }, outcome) {
      outcomes.inc({ authenticator, type, outcome });
    },
  };
}
