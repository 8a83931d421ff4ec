import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BoundOperation } from '../core/bind.ts';
import type { Facts } from '../core/facts.ts';
import { runOperation } from '../core/pipeline.ts';
import type { Log, Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { waitOf } from '../core/transaction-run.ts';
import type { Admission } from './admission.ts';
import { maxBodyBytes, parseBody } from './body.ts';
import type { CallerRequest } from './callers/index.ts';
import { logFault } from './log-fault.ts';
import type { Metrics } from './metrics.ts';
import { problemBody, problemType } from './problem-body.ts';
import { traceOf } from './trace.ts';

interface ApiParts {
  readonly admit: Admission;
  readonly ports: Ports;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What the request's TLS connection proves. */
  tlsPeerOf(request: FastifyRequest): CallerRequest['tlsPeer'];
}

/**
 * Operations under way at once in this process, and of those beside that may wait (`Prefer: wait`), which take little; beyond it callers are
 * told to try again, so that no flood takes all the memory.
 */
const maxUnderWay = { prompt: 4000, waiting: 16_000 } as const;

/** The one route: `PUT /api/authentication/<operation>` (HTTP API reference C1–C4, C7, C8). */
export function mountApi(server: FastifyInstance, { admit, ports, log, metrics, tlsPeerOf }: ApiParts): void {
  server.removeAllContentTypeParsers();
  const asIs = { parseAs: 'buffer', bodyLimit: maxBodyBytes } as const;
  server.addContentTypeParser('application/json', asIs, (_request, body, done) => done(null, body));

  const underWay = { prompt: 0, waiting: 0 };
  server.put<{ Params: { operation: string }; Body: Buffer | undefined }>(
    '/api/authentication/:operation',
    async (request, reply) => {
      const began = performance.now();
      const trace = traceOf(request.headers['traceparent']);
      let name = '-';
      const manner = waitOf(request.headers) > 0 ? 'waiting' : 'prompt';
      underWay[manner] += 1;
      try {
        if (underWay[manner] > maxUnderWay[manner]) throw new Problem('unavailable', 'too much at once');
        const input = readInput(request);
        const tlsPeer = tlsPeerOf(request);
        const peer = request.socket.remoteAddress ?? '';
        const asked = { headers: request.headers, peer, ...(tlsPeer && { tlsPeer }) };
        const { operation, start } = await admit({ operation: request.params.operation, request: asked, trace, input });
        name = operation.name;
        const found = await runOperation(operation, start, ports);
        return answer(reply, operation, found.reply);
      } catch (error) {
        return sendProblem(reply, error, trace, log);
      } finally {
        underWay[manner] -= 1;
        metrics.answered(name, reply.statusCode, performance.now() - began);
      }
    },
  );
}

function readInput({ headers, body }: FastifyRequest<{ Body: Buffer | undefined }>): Facts['input'] {
  // A body of length nought has no parser to refuse it, so the type is looked at here.
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) throw new Problem('media-type');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Problem('media-type', 'compressed');
  return parseBody(body);
}

function answer(reply: FastifyReply, { words }: BoundOperation, body: Facts['reply']): FastifyReply {
  const properties = Object.keys(body).length;
  if (properties === 0 && Object.keys(words.reply).length === 0) return reply.code(200).send();
  return reply
    .code(200)
    .headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    .send(JSON.stringify(body));
}

/** Answers with a problem, in the one place where a problem becomes an answer; logs what the caller is not told. */
export function sendProblem(reply: FastifyReply, error: unknown, trace: string, log: Log): FastifyReply {
  const problem = toProblem(error);
  const { code, detail, status, retryAfterSeconds, challenge } = problem;
  if (status >= 500) logFault(log, trace, problem, 'request failed');
  else log.debug({ trace, problem: code, detail }, 'request refused');
  if (status === 503 || retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds ?? 1));
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  if (code === 'method-not-allowed') reply.header('allow', 'PUT');
  // Nobody reads the rest of a body that was too large: the connection cannot be used again.
  if (status === 413) reply.header('connection', 'close');
  return reply.code(status).header('content-type', problemType).send(problemBody(problem, trace));
}

/** Faults that the web framework finds, as problems of ours. */
const frameworkFaults: Readonly<Record<string, ConstructorParameters<typeof Problem>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['body-malformed', 'its length is not the one that was announced'],
  FST_ERR_BAD_URL: ['not-found'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found'],
  FST_STATIC_FORBIDDEN_PATH: ['not-found'],
  FST_ERR_ASYNC_CONSTRAINT: ['not-found'],
  ECONNRESET: ['body-malformed', 'the connection broke off'],
};

/** The problem behind whatever was thrown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const known = typeof code === 'string' && Object.hasOwn(frameworkFaults, code) ? frameworkFaults[code] : undefined;
  return known === undefined ? new Problem('internal', '', { cause: error }) : new Problem(...known);
}
