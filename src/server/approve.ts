import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Origin } from '../core/event.ts';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { sendProblem } from './api.ts';
import { mountApproveFiles } from './approve-files.ts';
import { parseBody } from './body.ts';
import type { Callers } from './callers/index.ts';
import { traceOf } from './trace.ts';

/** Answers devices. What is asked is in docs/approval-protocol.md. */
export interface ApproveParts {
  /** @throws Problem */
  ask(request: {
    readonly what: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: Uint8Array;
    readonly input: Readonly<Record<string, string | undefined>>;
    readonly origin: Origin;
  }): Promise<object>;
}

interface MountedParts extends ApproveParts {
  readonly log: Log;
  /** Where a request comes from, proxies considered. */
  readonly addressOf: Callers['addressOf'];
}

/** Largest body of a device, in bytes. */
const maxBytes = 16_384;

/** Requests of devices under way at once, parked ones among them; beyond it they are told to try again. */
const maxUnderWay = 20_000;

/** What a page of another site could not send without asking first; nothing here answers such a question. */
const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** `POST /approve/api/<what>` for devices, and the app at `/approve/`. */
export function mountApprove(server: FastifyInstance, { ask, log, addressOf }: MountedParts): void {
  let underWay = 0;
  server.post<{ Params: { what: string }; Body: Buffer | undefined }>(
    '/approve/api/:what',
    { bodyLimit: maxBytes },
    async (request, reply) => {
      const trace = traceOf(request.headers['traceparent']);
      underWay += 1;
      try {
        if (underWay > maxUnderWay) throw new Problem('unavailable', 'too much at once');
        const body = readBody(request);
        const origin = {
          trace,
          address: addressOf({ headers: request.headers, peer: request.socket.remoteAddress ?? '' }),
        };
        const { what } = request.params;
        const answer = await ask({ what, headers: singleHeaders(request), body, input: parseBody(body), origin });
        return reply.code(200).headers(headers).type('application/json').send(JSON.stringify(answer));
      } catch (error) {
        reply.headers(headers);
        return sendProblem(reply, error, trace, log);
      } finally {
        underWay -= 1;
      }
    },
  );
  mountApproveFiles(server);
}

function readBody({ headers, body }: FastifyRequest<{ Body: Buffer | undefined }>): Buffer {
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) throw new Problem('media-type');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Problem('media-type', 'compressed');
  return body ?? Buffer.alloc(0);
}

function singleHeaders({ headers }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
