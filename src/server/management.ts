import { type FastifyInstance, fastify } from 'fastify';
import type { Store } from '../core/store.ts';
import type { Metrics } from './metrics.ts';

/** Whether requests should be sent here. */
export type Readiness = 'ready' | 'stopping' | 'store not available' | 'no worker';

interface ManagementParts {
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readiness(): Promise<Readiness>;
}

/** How long the store may take to answer before the server counts as not ready, in milliseconds. */
const storePatienceMs = 1000;

/** Health, readiness and metrics; for the site's own machines, so on a listener of its own. */
export function createManagement({ metrics, readiness }: ManagementParts): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true }) as FastifyInstance;
  server.get('/healthz', (_request, reply) => reply.send({ status: 'alive' }));
  server.get('/readyz', async (_request, reply) => {
    const status = await readiness();
    return reply.code(status === 'ready' ? 200 : 503).send({ status });
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  return server;
}

/** The readiness of this process; `isDraining` is true from the moment it was told to stop. */
export function createReadiness(store: Pick<Store, 'probe'>, isDraining: () => boolean): () => Promise<Readiness> {
  return async () => {
    if (isDraining()) return 'stopping';
    return (await answersInTime(store)) ? 'ready' : 'store not available';
  };
}

async function answersInTime(store: Pick<Store, 'probe'>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, storePatienceMs, false);
  });
  const answered = store.probe().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
