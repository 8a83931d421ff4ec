import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Mounted, SignIn } from '../authenticators/index.ts';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { maxBodyBytes } from './body.ts';
import type { Callers } from './callers/index.ts';
import { logFault } from './log-fault.ts';
import { cookieIn, flowCookie, flowCookieName, tokenCookie } from './sign-in-cookies.ts';
import { mountAssets, mountOverlay, type Pages, readPages, safeHeaders, sendFile } from './sign-in-files.ts';
import { traceOf } from './trace.ts';

/** What the sign-in pages are served with. */
export interface SignInParts {
  readonly signIn: SignIn;
  readonly log: Log;
  readonly addressOf: Callers['addressOf'];
  /** This listener speaks TLS. */
  readonly hasTls: boolean;
  /** The built pages; those of this repository unless given. */
  readonly pages?: Pages;
}

type Asked = FastifyRequest<{ Body: Buffer | undefined }>;

/** Requests of pages under way at once; beyond it browsers are told to try again. */
const maxUnderWay = 4000;

const answerHeaders = { ...safeHeaders, 'cache-control': 'no-store' };

/**
 * The form that carries the access token. Chromium holds redirects of the application after it to `form-action` as well, and where those lead is
 * the application’s affair: so any https address does, as the page holds nothing but this one form to a configured place. The application is told
 * the origin that the form comes from.
 */
const finishHeaders = {
  'content-security-policy': `default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https: http://localhost:* http://127.0.0.1:*`,
  'referrer-policy': 'strict-origin',
} as const;

/** The pages, their protocol and their files. What is said is in src/authenticators/README.md. */
export function mountSignIn(server: FastifyInstance, parts: SignInParts): void {
  const all = [...parts.signIn.site.values()];
  if (all.length === 0) return;
  const pages = parts.pages ?? readPages();
  mountAssets(server, pages);
  server.get('/sign-in/finish.js', (_request, reply) =>
    reply
      .headers({ ...safeHeaders, 'cache-control': 'no-cache' })
      .type('text/javascript')
      .send('document.forms[0].submit();\n'),
  );
  let underWay = 0;
  const counted = (handle: (request: Asked, reply: FastifyReply) => Promise<FastifyReply>) => {
    return async (request: Asked, reply: FastifyReply) => {
      underWay += 1;
      try {
        if (underWay > maxUnderWay) throw new Problem('unavailable', 'too much at once');
        return await handle(request, reply);
      } catch (error) {
        return sendFault(reply, error, request, parts.log);
      } finally {
        underWay -= 1;
      }
    };
  };
  for (const mounted of all) {
    const { path } = mounted;
    mountOverlay(server, mounted);
    server.get(
      path,
      counted((request, reply) => answerPage(request, reply, mounted, parts, pages)),
    );
    server.get(
      `${path}/failed`,
      counted(async (request, reply) => sendPage(request, reply, 'failed', pages)),
    );
    server.put(
      path,
      { bodyLimit: maxBodyBytes },
      counted((request, reply) => answerMessage(request, reply, mounted, parts)),
    );
    server.get(
      `${path}/finish`,
      counted((request, reply) => answerFinish(request, reply, mounted, parts)),
    );
    const others = ['POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
    server.route({
      method: others,
      url: path,
      handler: (_, reply) => sendEnvelope(reply.header('allow', 'GET, PUT'), 405, 'method'),
    });
  }
}

async function answerPage(request: Asked, reply: FastifyReply, mounted: Mounted, parts: SignInParts, pages: Pages) {
  const answer = await parts.signIn.page(toRequest(request, mounted, parts));
  const scene = { host: request.headers.host, hasTls: parts.hasTls };
  if (answer.cookie !== undefined) reply.header('set-cookie', flowCookie(groupOf(mounted), answer.cookie, scene));
  setToken(reply, answer.token, scene);
  if (answer.location !== undefined) {
    return reply.headers(answerHeaders).header('location', answer.location).code(303).send();
  }
  return sendPage(request, reply, mounted.settings.type.toLowerCase(), pages);
}

function sendPage(request: Asked, reply: FastifyReply, name: string, pages: Pages): FastifyReply {
  const file = pages.get(`${name}.html`);
  if (file === undefined) throw new Problem('not-found', 'this page was not built');
  return sendFile(request, reply, { ...file, cache: 'no-store' });
}

async function answerMessage(request: Asked, reply: FastifyReply, mounted: Mounted, parts: SignInParts) {
  const { headers, body = Buffer.alloc(0) } = request;
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) throw new Problem('media-type');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Problem('media-type', 'compressed');
  const answer = await parts.signIn.message({ ...toRequest(request, mounted, parts), body });
  setToken(reply, answer.token, { host: headers.host, hasTls: parts.hasTls });
  return reply.code(answer.status).headers(answerHeaders).type('application/json').send(JSON.stringify(answer.body));
}

/** A form that posts itself; with a button, for browsers without scripts. */
async function answerFinish(request: Asked, reply: FastifyReply, mounted: Mounted, parts: SignInParts) {
  const token = await parts.signIn.finish(toRequest(request, mounted, parts));
  if (token === undefined) return reply.headers(answerHeaders).header('location', mounted.path).code(303).send();
  const { success_location: action = '/', token_name: name } = token.by.settings.config;
  const fields = { [name]: token.value, ...(token.state !== undefined && { state: token.state }) };
  const inputs = Object.entries(fields).map(
    ([field, value]) => `<input type="hidden" name="${escaped(field)}" value="${escaped(value)}">`,
  );
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed in</title>
<form method="post" action="${escaped(action)}">${inputs.join('')}<button>Continue · Fortsätt</button></form>
<script src="/sign-in/finish.js"></script></html>`;
  return reply
    .headers({ ...answerHeaders, ...finishHeaders })
    .type('text/html; charset=utf-8')
    .send(html);
}

function setToken(
  reply: FastifyReply,
  token: Awaited<ReturnType<SignIn['finish']>>,
  scene: { host: string | undefined; hasTls: boolean },
) {
  if (token === undefined) return;
  const { token_delivery: by, token_name: name, session_seconds: seconds } = token.by.settings.config;
  if (by === 'cookie') reply.header('set-cookie', tokenCookie(name, token.value, seconds, scene));
}

function toRequest(request: Asked, mounted: Mounted, { addressOf, hasTls }: SignInParts) {
  const { headers } = request;
  const name = flowCookieName(groupOf(mounted), { host: headers.host, hasTls });
  const single = Object.entries(headers).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : value]);
  return {
    id: mounted.settings.id,
    cookie: cookieIn(headers.cookie, name),
    headers: Object.fromEntries(single) as Readonly<Record<string, string | undefined>>,
    address: addressOf({ headers, peer: request.socket.remoteAddress ?? '' }),
    trace: traceOf(headers['traceparent']),
    state: (request.query as { readonly state?: unknown }).state,
  };
}

function groupOf({ settings: { config } }: Mounted): string {
  return config.context_path ?? config.base_path ?? '';
}

function sendFault(reply: FastifyReply, error: unknown, request: Asked, log: Log): FastifyReply {
  const problem = error instanceof Problem ? error : new Problem('internal', '', { cause: error });
  const { status, detail, code } = problem;
  const trace = traceOf(request.headers['traceparent']);
  if (status >= 500) logFault(log, trace, problem, 'sign-in request failed');
  else log.debug({ trace, problem: code, detail }, 'sign-in request refused');
  if (code === 'session-unknown') return sendEnvelope(reply, 403, 'no_session');
  return sendEnvelope(reply, status, problem.code.replaceAll('-', '_'));
}

function sendEnvelope(reply: FastifyReply, status: number, reason: string): FastifyReply {
  const body = { success: false, type: 'failure', reason, data: {} };
  return reply.code(status).headers(answerHeaders).type('application/json').send(JSON.stringify(body));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
