import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Controlled, controlPage, pageScript, pageStyle } from './control-page.ts';

interface Said {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

type Fields = Readonly<Record<string, unknown>>;

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const headers = {
  'content-security-policy': `default-src 'none'; script-src ${sha256(pageScript)}; style-src ${sha256(pageStyle)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Answers one request to the control listener. Whatever is asked wrongly is answered with a sentence and 400, 403, 404 or 409. */
export async function answerControl(request: IncomingMessage, response: ServerResponse, to: Controlled): Promise<void> {
  const said = await answer(request, to).catch(({ message }: Error) => json({ error: message }, 409));
  response.writeHead(said.status, { ...headers, 'content-type': said.type ?? 'application/json' }).end(said.body);
}

async function answer(request: IncomingMessage, to: Controlled): Promise<Said> {
  if (!isOwn(request)) return json({ error: 'not from another page' }, 403);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulator');
  const [, order = '', ref = '', action = ''] = pathname.split('/');
  const { simulator } = to;
  switch (`${request.method} ${order === 'orders' && ref !== '' ? '/orders/…' : pathname}`) {
    case 'GET /':
      return { status: 200, type: 'text/html; charset=utf-8', body: controlPage(to) };
    case 'GET /orders':
      return json(simulator.orders());
    case 'POST /orders/…':
      await simulator.act(action, decodeURIComponent(ref), textsOf(await fieldsOf(request)));
      return json(simulator.orders());
    case 'GET /fault':
      return json(faultOf(to));
    case 'PUT /fault':
      setFault(await fieldsOf(request), to);
      return json(faultOf(to));
    case 'GET /calls':
      return json(simulator.calls.slice(-Number(searchParams.get('last') ?? 0)));
    case 'POST /clock':
      simulator.clock.advance(secondsIn(await fieldsOf(request)));
      return json({ now: simulator.clock.now() });
    case 'GET /ca.pem':
      return { status: 200, type: 'application/x-pem-file', body: simulator.ca };
    default:
      return json({ error: 'there is nothing at this address' }, 404);
  }
}

/** Pages of other sites may not press the buttons, nor reach them through a name of theirs that leads here. */
function isOwn({ headers: { host = '', origin } }: IncomingMessage): boolean {
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  return isHere && (origin === undefined || origin === `http://${host}`);
}

function setFault({ name, times, path, delayMs }: Fields, { simulator }: Controlled): void {
  simulator.faults.set(typeof name === 'string' && name !== '' ? name : undefined, {
    ...(typeof times === 'number' && { times }),
    ...(typeof path === 'string' && { path }),
    ...(typeof delayMs === 'number' && { delayMs }),
  });
}

function faultOf({ simulator }: Controlled) {
  const { current = null, names } = simulator.faults;
  return { current, names };
}

function secondsIn({ advanceSeconds = 0 }: Fields): number {
  if (typeof advanceSeconds === 'number' && advanceSeconds >= 0 && advanceSeconds <= 1e9) return advanceSeconds;
  throw new Error('advanceSeconds must be a number of seconds');
}

async function fieldsOf(request: IncomingMessage): Promise<Fields> {
  const text = Buffer.concat(await request.toArray()).toString('utf8');
  const fields: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof fields !== 'object' || fields === null) throw new Error('the body must be a JSON object');
  return fields as Fields;
}

function textsOf(fields: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

function json(value: unknown, status = 200): Said {
  return { status, body: JSON.stringify(value) };
}
