import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { type FastifyInstance, fastify } from 'fastify';
import type { Log } from '../core/ports.ts';
import { Problem, type ProblemCode } from '../core/problem.ts';
import { sendProblem } from './api.ts';
import { maxBodyBytes } from './body.ts';
import { problemBody, problemType } from './problem-body.ts';
import { traceOf } from './trace.ts';

/** How long a client may take, in milliseconds: for the header, for the whole request, and between two requests. */
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 72_000 } as const;

/**
 * A listener that answers every fault with a problem body, is not held up by slow clients, and drops no request when it closes.
 *
 * `tls`: options of the secure context; speaks plain HTTP without.
 */
export function createListener(log: Log, tls?: TlsOptions): FastifyInstance {
  const server = fastify({
    ...(tls === undefined
      ? {}
      : { https: { ...tls, headersTimeout: patience.headersTimeout, connectionsCheckingInterval: 1000 } }),
    ...(tls === undefined
      ? { http: { headersTimeout: patience.headersTimeout, connectionsCheckingInterval: 1000 } }
      : {}),
    logger: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: patience.requestTimeout,
    keepAliveTimeout: patience.keepAliveTimeout,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    onProtoPoisoning: 'ignore',
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
    frameworkErrors: (error, request, reply) =>
      void sendProblem(reply, error, traceOf(request.headers['traceparent']), log),
  }) as unknown as FastifyInstance;
  server.setErrorHandler((error, request, reply) =>
    sendProblem(reply, error, traceOf(request.headers['traceparent']), log),
  );
  server.setNotFoundHandler((request, reply) => {
    const code =
      request.url.startsWith('/api/authentication/') && request.method !== 'PUT' ? 'method-not-allowed' : 'not-found';
    return sendProblem(reply, new Problem(code), traceOf(request.headers['traceparent']), log);
  });
  return server;
}

const brokenRequests: Readonly<Record<string, readonly [string, ProblemCode]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-timeout'],
};

/** What was sent is not HTTP, or came too slowly: there is no request to answer, only a connection. */
function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  const isHttp = error.code?.startsWith('HPE_') || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!socket.writable || !isHttp) {
    socket.destroy();
    return;
  }
  const [status, code] = brokenRequests[error.code ?? ''] ?? ['400 Bad Request', 'body-malformed'];
  const body = problemBody({ code, detail: '', property: undefined }, traceOf(undefined));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
