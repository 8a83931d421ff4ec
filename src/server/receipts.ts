import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { sendProblem } from './api.ts';
import { maxBodyBytes } from './body.ts';
import { createBudget } from './budget.ts';
import { traceOf } from './trace.ts';

/** Who takes delivery receipts. */
export interface ReceiptTaker {
  /** Whether a provider was told, or may be told, this address. */
  isReceiptAddress(gateway: string, secret: string): boolean;
  /** `body` is the query when `inQuery`; names of headers are in lower case. */
  receive(
    gateway: string,
    secret: string,
    posted: { readonly headers: Headers; readonly body: string; readonly inQuery: boolean },
  ): Promise<'recorded' | 'refused' | 'not-understood'>;
}

type Headers = Readonly<Record<string, string | undefined>>;

interface ReceiptParts {
  /** The address below which providers reach us; only its path counts here. */
  readonly receiptsUrl: string;
  readonly messages: ReceiptTaker;
  readonly log: Log;
  readonly limits?: Limits;
}

interface Limits {
  readonly perSecond: number;
  readonly burst: number;
  readonly underWay: number;
}

/**
 * Receipts a second, as many at once out of the blue, and under way: beyond, providers are told to come again.
 *
 * Our choice: two receipts each for fifty messages a second; the operations have the rest of the machine.
 */
const receiptLimits: Limits = { perSecond: 100, burst: 500, underWay: 32 };

interface Route {
  readonly Params: { readonly gateway: string; readonly secret: string };
  readonly Body: Buffer | undefined;
}

/**
 * `POST <path of receiptsUrl>/<gateway>/<secret>`, and GET for providers that send receipts in the query.
 *
 * The secret is all that proves most of them, so the address stands in no log; a wrong one is answered like any address that is not there,
 * before its body is read and before it counts.
 */
export function mountReceipts(server: FastifyInstance, parts: ReceiptParts): void {
  const { messages } = parts;
  const take = createTaker(parts);
  const url = `${new URL(parts.receiptsUrl).pathname.replace(/\/$/, '')}/:gateway/:secret`;
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const asIs = { parseAs: 'buffer', bodyLimit: maxBodyBytes } as const;
    scope.addContentTypeParser('*', asIs, (_request, body, done) => done(null, body));
    scope.route<Route>({
      method: ['POST', 'GET'],
      url,
      onRequest({ params: { gateway, secret } }, reply, done) {
        if (messages.isReceiptAddress(gateway, secret)) done();
        else reply.callNotFound();
      },
      handler: take,
    });
  });
}

function createTaker({ messages, log, limits = receiptLimits }: ReceiptParts) {
  const budget = createBudget(limits.perSecond, limits.burst);
  let underWay = 0;
  return async (request: FastifyRequest<Route>, reply: FastifyReply): Promise<FastifyReply> => {
    const { gateway, secret } = request.params;
    underWay += 1;
    try {
      const wait = underWay > limits.underWay ? 1 : budget.take();
      if (wait > 0) throw new Problem('rate-limited', 'receipts', { retryAfterSeconds: Math.ceil(wait) });
      const outcome = await messages.receive(gateway, secret, read(request));
      if (outcome === 'not-understood') throw notUnderstood('it is no delivery receipt of this provider');
      if (outcome === 'recorded') return reply.code(204).header('cache-control', 'no-store').send();
      log.debug({ gateway }, 'receipt refused');
      reply.callNotFound();
      return reply;
    } catch (error) {
      return sendProblem(reply, error, traceOf(request.headers['traceparent']), log);
    } finally {
      underWay -= 1;
    }
  };
}

function read({ method, raw, headers, body }: FastifyRequest<Route>): Parameters<ReceiptTaker['receive']>[2] {
  const single = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  const given = { headers: Object.fromEntries(single) };
  if (method === 'GET') return { ...given, inQuery: true, body: raw.url?.split('?').slice(1).join('?') ?? '' };
  const isKnown = /^application\/(json|x-www-form-urlencoded) *(;|$)/i.test(headers['content-type'] ?? '');
  if (!isKnown) throw notUnderstood('it is neither a form nor JSON');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw notUnderstood('it is compressed');
  return { ...given, inQuery: false, body: body?.toString() ?? '' };
}

function notUnderstood(detail: string): Problem {
  return new Problem('body-malformed', detail);
}
