import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { at, type Mounted, type SignIn, topOf } from '../authenticators/index.ts';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { maxBodyBytes } from './body.ts';
import type { Callers } from './callers/index.ts';
import type { PageMetrics } from './metrics.ts';
import { cookieIn, flowCookie, flowCookieName, tokenCookie } from './sign-in-cookies.ts';
import { answerHeaders, sendEnvelope, sendFault, sendFaultPage } from './sign-in-faults.ts';
import { mountAssets, mountOverlay, type Pages, readPages, safeHeaders, sendFile } from './sign-in-files.ts';
import { createSignInLimits, type SignInLimits } from './sign-in-limits.ts';
import { traceOf } from './trace.ts';

/** What the sign-in pages are served with. */
export interface SignInParts {
  readonly signIn: SignIn;
  readonly log: Log;
  readonly metrics: PageMetrics;
  readonly addressOf: Callers['addressOf'];
  /** This listener speaks TLS. */
  readonly hasTls: boolean;
  /** The built pages; those of this repository unless given. */
  readonly pages?: Pages;
}

interface Mounting extends SignInParts {
  readonly limits: SignInLimits;
}

interface Route {
  readonly Body: Buffer | undefined;
}
type Asked = FastifyRequest<Route>;
type Handle = (request: Asked, reply: FastifyReply) => Promise<FastifyReply>;
type Tell = (reply: FastifyReply, error: unknown, request: FastifyRequest) => FastifyReply;

/** Requests of pages under way at once; beyond it browsers are told to try again. */
const maxUnderWay = 4000;

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
export function mountSignIn(server: FastifyInstance, given: SignInParts): void {
  const parts = { ...given, limits: createSignInLimits() };
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
  const counted = (handle: Handle, tell: Tell) => async (request: Asked, reply: FastifyReply) => {
    underWay += 1;
    try {
      if (underWay > maxUnderWay) throw new Problem('unavailable', 'too much at once');
      return await handle(request, reply);
    } catch (error) {
      return tell(reply, error, request);
    } finally {
      underWay -= 1;
    }
  };
  const toPage: Tell = (reply, error, request) => sendFault(reply, error, request, parts.log);
  const toPerson: Tell = (reply, error, request) => sendFaultPage(reply, error, request, { log: parts.log, pages });
  for (const mounted of all) {
    const { path } = mounted;
    mountOverlay(server, mounted);
    const timed =
      (kind: Parameters<PageMetrics['began']>[1]) => (_: FastifyRequest, reply: FastifyReply, next: () => void) => {
        const done = parts.metrics.began(mounted.settings, kind);
        // Once, whether the answer went out or the browser left.
        reply.raw.once('close', () => done(reply.raw.statusCode));
        next();
      };
    const page: Handle = (request, reply) => answerPage(request, reply, mounted, parts, pages);
    server.get<Route>(path, { onRequest: timed('page') }, counted(page, toPerson));
    server.put<Route>(
      path,
      // What the web framework refuses, a body that is too large above all, is told to the page as everything else is.
      {
        bodyLimit: maxBodyBytes,
        onRequest: timed('message'),
        errorHandler: (error, request, reply) => void toPage(reply, error, request),
      },
      counted((request, reply) => answerMessage(request, reply, mounted, parts), toPage),
    );
    server.get<Route>(
      `${path}/failed`,
      counted(async (request, reply) => sendPage(request, reply, 'failed', pages), toPerson),
    );
    server.get<Route>(
      `${path}/finish`,
      { onRequest: timed('finish') },
      counted((request, reply) => answerFinish(request, reply, mounted, parts), toPerson),
    );
    const others = ['POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
    server.route({
      method: others,
      url: path,
      handler: (_, reply) => sendEnvelope(reply.header('allow', 'GET, PUT'), 405, 'method'),
    });
  }
}

async function answerPage(request: Asked, reply: FastifyReply, mounted: Mounted, parts: Mounting, pages: Pages) {
  // The router takes both for one, but what the page asks for by its own address would be elsewhere.
  const stroke = /^[^?]*\/(\?.*)?$/.exec(request.url);
  if (stroke !== null) return reply.headers(answerHeaders).redirect(`${mounted.path}${stroke[1] ?? ''}`, 308);
  const answer = await parts.signIn.page(toRequest(request, mounted, parts));
  const scene = { host: request.headers.host, hasTls: parts.hasTls };
  if (answer.cookie !== undefined)
    reply.header('set-cookie', flowCookie(groupOf(mounted, parts), answer.cookie, scene));
  setToken(reply, answer.token, scene);
  if (answer.location !== undefined) {
    return reply.headers(answerHeaders).header('location', answer.location).code(303).send();
  }
  return sendPage(request, reply, mounted.settings.type.toLowerCase(), pages);
}

async function sendPage(request: Asked, reply: FastifyReply, name: string, pages: Pages): Promise<FastifyReply> {
  const file = pages.get(`${name}.html`);
  if (file === undefined) throw new Problem('not-found', 'this page was not built');
  return sendFile(request, reply, { ...file, cache: 'no-store' });
}

async function answerMessage(request: Asked, reply: FastifyReply, mounted: Mounted, parts: Mounting) {
  const { headers, body = Buffer.alloc(0) } = request;
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) throw new Problem('media-type');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Problem('media-type', 'compressed');
  const answer = await parts.signIn.message({ ...toRequest(request, mounted, parts), body });
  setToken(reply, answer.token, { host: headers.host, hasTls: parts.hasTls });
  return reply.code(answer.status).headers(answerHeaders).type('application/json').send(JSON.stringify(answer.body));
}

/** A form that posts itself; with a button, for browsers without scripts. */
async function answerFinish(request: Asked, reply: FastifyReply, mounted: Mounted, parts: Mounting) {
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

function toRequest(request: Asked, mounted: Mounted, parts: Mounting) {
  const { headers } = request;
  const { addressOf, hasTls, limits } = parts;
  const name = flowCookieName(groupOf(mounted, parts), { host: headers.host, hasTls });
  const cookie = cookieIn(headers.cookie, name);
  const address = addressOf({ headers, peer: request.socket.remoteAddress ?? '' });
  const single = Object.entries(headers).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : value]);
  return {
    id: mounted.settings.id,
    cookie,
    headers: Object.fromEntries(single) as Readonly<Record<string, string | undefined>>,
    address,
    mayBegin: () => limits.mayBegin(address),
    mayOrder: () => limits.mayOrder(cookie ?? ''),
    trace: traceOf(headers['traceparent']),
    state: (request.query as { readonly state?: unknown }).state,
  };
}

/** What a flow’s cookie is named after: no two sign-ins have it alike. */
function groupOf({ settings }: Mounted, { signIn: { site } }: SignInParts): string {
  return at(site, topOf(site, settings.id)).path;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
