import { type FastifyInstance, fastify } from 'fastify';
import type { Store } from '../core/store.ts';
import type { Metrics } from './metrics.ts';

interface ManagementParts {
  readonly metrics: Metrics;
  readonly store: Pick<Store, 'head'>;
  /** True from the moment the server was told to stop. */
  isDraining(): boolean;
}

/** How long the store may take to answer before the server counts as not ready, in milliseconds. */
const storePatienceMs = 1000;

/** Health, readiness and metrics; for the site's own machines, so on a listener of its own. */
export function createManagement({ metrics, store, isDraining }: ManagementParts): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true }) as FastifyInstance;
  server.get('/healthz', (_request, reply) => reply.send({ status: 'alive' }));
  server.get('/readyz', async (_request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: 'stopping' });
    const ready = await answersInTime(store);
    return ready ? reply.send({ status: 'ready' }) : reply.code(503).send({ status: 'store not available' });
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  return server;
}

async function answersInTime(store: Pick<Store, 'head'>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, storePatienceMs, false);
  });
  const answered = store.head().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
