import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../core/ports.ts';
import type { Problem } from '../core/problem.ts';
import { toProblem } from './api.ts';
import { logFault } from './log-fault.ts';
import { type Pages, safeHeaders } from './sign-in-files.ts';
import { traceOf } from './trace.ts';

/** Headers of every answer that nobody may keep. */
export const answerHeaders = { ...safeHeaders, 'cache-control': 'no-store' } as const;

/** Tells a page of a fault, in the form of every answer. */
export function sendFault(reply: FastifyReply, error: unknown, request: FastifyRequest, log: Log): FastifyReply {
  const { problem } = told(error, request, log);
  const { status, code } = problem;
  ease(reply, problem);
  if (code === 'session-unknown') return sendEnvelope(reply, 403, 'no_session');
  return sendEnvelope(reply, status, code.replaceAll('-', '_'));
}

/** An answer without a sign-in behind it. */
export function sendEnvelope(reply: FastifyReply, status: number, reason: string): FastifyReply {
  const body = { success: false, type: 'failure', reason, data: {} };
  return reply.code(status).headers(answerHeaders).type('application/json').send(JSON.stringify(body));
}

interface Sentence {
  readonly title: string;
  readonly text: string;
}

const wrongAddress: readonly [Sentence, Sentence] = [
  {
    title: 'This page cannot be shown',
    text: 'Its address is not right. Go back to where you came from, and try again.',
  },
  {
    title: 'Sidan kan inte visas',
    text: 'Adressen är inte rätt. Gå tillbaka dit du kom ifrån och försök igen.',
  },
];

const busy: readonly [Sentence, Sentence] = [
  { title: 'Signing in does not work right now', text: 'Wait a little, and load this page again.' },
  { title: 'Det går inte att logga in just nu', text: 'Vänta en liten stund och ladda om sidan.' },
];

/** Tells a person of a fault: somebody opened a page, and there is none that could speak. */
export function sendFaultPage(
  reply: FastifyReply,
  error: unknown,
  request: FastifyRequest,
  { log, pages }: { readonly log: Log; readonly pages: Pages },
): FastifyReply {
  const { problem, trace } = told(error, request, log);
  const isOurs = problem.status >= 500 || problem.code === 'rate-limited';
  const [english, swedish] = isOurs ? busy : wrongAddress;
  const style = [...pages.keys()].find((name) => /^assets\/[A-Za-z0-9._-]+\.css$/.test(name));
  const link = style === undefined ? '' : `<link rel="stylesheet" href="/sign-in/${style}">`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${english.title} · ${swedish.title}</title>${link}</head><body><main><h1>${english.title}</h1><p>${english.text}</p>
<div lang="sv"><h1>${swedish.title}</h1><p>${swedish.text}</p></div><p>${trace}</p></main></body></html>`;
  ease(reply, problem);
  return reply.code(problem.status).headers(answerHeaders).type('text/html; charset=utf-8').send(html);
}

/** The fault, written to the log. */
function told(
  error: unknown,
  { headers }: FastifyRequest,
  log: Log,
): { readonly problem: Problem; readonly trace: string } {
  const problem = toProblem(error);
  const { status, detail, code } = problem;
  const trace = traceOf(headers['traceparent']);
  if (status >= 500) logFault(log, trace, problem, 'sign-in request failed');
  else log.debug({ trace, problem: code, detail }, 'sign-in request refused');
  return { problem, trace };
}

function ease(reply: FastifyReply, { status, retryAfterSeconds }: Problem): void {
  if (status === 503 || retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds ?? 1));
  // Nobody reads the rest of a body that was too large: the connection cannot be used again.
  if (status === 413) reply.header('connection', 'close');
}
