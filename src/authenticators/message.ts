import { record, runOperation } from '../core/pipeline.ts';
import type { Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { newReference } from '../core/session.ts';
import type { Outcome, Turn } from './authenticator.ts';
import { afterCancel, afterDone, afterFailure, isOtherPerson } from './ends.ts';
import { type Message, parseMessage, toAnswer } from './envelope.ts';
import type { FlowBody } from './flow.ts';
import { choicesOf, typeBehind } from './guide.ts';
import { ownOrigin } from './own-origin.ts';
import { sendTo } from './page.ts';
import { at, type Site, topOf } from './site.ts';
import { holdFlow, readFlow } from './turns.ts';
import { type BrowserRequest, complete, factsOf, headersOf, originOf, type Token, type Work } from './work.ts';

/** The answer to a message. */
export interface MessageAnswer {
  readonly status: number;
  readonly body: object;
  readonly token?: Token;
}

/** A page says something. */
export async function answerMessage(
  request: BrowserRequest & { readonly body: Uint8Array },
  site: Site,
  ports: Ports,
): Promise<MessageAnswer> {
  const { host, origin, 'sec-fetch-site': fetchSite } = request.headers;
  const own = ownOrigin({ host, origin, site: fetchSite });
  if (own === undefined) return refuse(403, 'origin');
  const message = parseMessage(request.body);
  if (message === undefined) return refuse(400, 'malformed');
  const top = topOf(site, request.id);
  const found = await readFlow(request.cookie, ports);
  const isOurs = found !== undefined && found.flow.entry === top;
  if (!isOurs || (request.id !== top && found.body.parents[request.id] === undefined)) return refuse(403, 'no_session');
  const mounted = at(site, request.id);
  const seen = await look(message, own, { request, ...found, mounted, site, ports });
  if (seen !== undefined) return { status: 200, body: toAnswer(message, seen) };
  return holdFlow(request.cookie ?? '', ports, async (flow, body) => {
    const { next, ...answer } = await hear(message, own, { request, flow, body, mounted, site, ports });
    return { body: next, answer: { status: 200, ...answer } };
  });
}

/** An answer that is none of a sign-in’s. */
export function refuse(status: number, reason: string): MessageAnswer {
  return { status, body: { success: false, type: 'failure', reason, data: {} } };
}

/** What can be told without holding the flow: reading it is enough while nothing changes. */
function look(message: Message, own: string, work: Work): Promise<Outcome | undefined> | undefined {
  const { body, mounted } = work;
  if (message.type !== 'state' || body.ended[mounted.settings.id] === 'done') return undefined;
  return mounted.type?.look?.(toTurn(message, own, work));
}

interface Heard {
  readonly next: FlowBody;
  readonly body: object;
  readonly token?: Token;
}

async function hear(message: Message, own: string, work: Work): Promise<Heard> {
  const { body, mounted } = work;
  if (message.type === 'complete' || message.type === 'failure') {
    return { next: body, body: toAnswer(message, { shown: {}, reason: 'type_not_allowed' }) };
  }
  const ended = body.ended[mounted.settings.id];
  if (ended === 'done') return repeat(message, work);
  // No tries beyond those that were given: its chain has gone on without it.
  if (ended === 'failed') return leaveFailed(message, work);
  const { type } = mounted;
  if (type === undefined) return select(message, work);
  const handler = Object.hasOwn(type.messages, message.type) ? type.messages[message.type] : undefined;
  if (handler === undefined) return { next: body, body: toAnswer(message, { shown: {}, reason: 'unknown_type' }) };
  return follow(message, await handler(toTurn(message, own, work)), work);
}

/** What is done stays done: the page is told once more where to go. */
function repeat(message: Message, { body, mounted, site }: Work): Heard {
  const { id } = mounted.settings;
  if (message.type === 'cancel')
    return { next: body, body: toAnswer(message, { shown: {}, reason: 'already_completed' }) };
  const parent = body.parents[id];
  const location = parent === undefined ? body.finished?.location : at(site, parent).path;
  const { shown = { status: 'COMPLETED' } } = (body.states[id] ?? {}) as { readonly shown?: object };
  const token =
    parent === undefined && body.finished !== undefined
      ? { value: body.finished.token, state: body.state, by: mounted }
      : undefined;
  return {
    next: body,
    body: toAnswer({ ...message, type: 'complete' }, { shown: { ...shown } }, location),
    ...(token && { token }),
  };
}

function leaveFailed(message: Message, { body, mounted, site }: Work): Heard {
  const parent = body.parents[mounted.settings.id];
  const location = at(site, parent ?? mounted.settings.id).path;
  return lead(message, { type: 'failure', shown: { status: 'ERROR' } }, { body, location });
}

async function follow(message: Message, outcome: Outcome, work: Work): Promise<Heard> {
  const { mounted, site } = work;
  const { id } = mounted.settings;
  const { state, done, ends } = outcome;
  const body = state === undefined ? work.body : { ...work.body, states: { ...work.body.states, [id]: state } };
  if (done !== undefined) {
    if (isOtherPerson(done, body)) {
      const failed = { type: 'failure', shown: { status: 'ERROR' }, message: 'common.other_person' } as const;
      return lead(message, failed, afterFailure(site, id, body));
    }
    const complete_ = await complete({ ...work, body: afterDone(mounted.settings, done, body, factsOf(work)) });
    const answer = toAnswer({ ...message, type: 'complete' }, outcome, complete_.location);
    return { next: complete_.body, body: answer, ...(complete_.token && { token: complete_.token }) };
  }
  if (ends === 'failed') return lead(message, outcome, afterFailure(site, id, body));
  if (ends === 'cancelled') return lead(message, outcome, afterCancel(site, id, body));
  return { next: body, body: toAnswer(message, outcome) };
}

function lead(message: Message, outcome: Outcome, { body, location }: { body: FlowBody; location: string }): Heard {
  return { next: body, body: toAnswer(message, outcome, location) };
}

/** A Selector’s own messages; a Chain has none. */
function select(message: Message, work: Work): Heard {
  const { body, mounted, site } = work;
  const { id, type } = mounted.settings;
  const choices = type === 'Selector' ? choicesOf(mounted, factsOf(work)) : [];
  const say = (outcome: Outcome): Heard => ({ next: body, body: toAnswer(message, outcome) });
  if (type === 'Chain') return say({ shown: {}, reason: 'unknown_type' });
  if (message.type === 'cancel') return lead(message, { shown: {} }, afterCancel(site, id, body));
  if (message.type === 'init' || message.type === 'state') {
    const options = choices.map(({ target, ...choice }) => ({ ...choice, type: typeBehind(site, target) }));
    return say({ shown: { options }, ...(options.length === 0 && { message: 'common.no_options', type: 'failure' }) });
  }
  if (message.type !== 'action') return say({ shown: {}, reason: 'unknown_type' });
  const chosen = choices.find((choice) => choice.id === message.data['id']);
  if (chosen === undefined) return say({ type: 'failure', shown: {}, message: 'common.input_invalid' });
  // What was tried there before does not stand in the way of trying it once more.
  const { [chosen.target]: _, ...ended } = body.ended;
  const next = sendTo(chosen.target, id, { ...body, ended });
  return lead(message, { shown: {} }, { body: next, location: at(site, chosen.target).path });
}

function toTurn(message: Message, own: string, work: Work): Turn {
  const { body, mounted, request, ports } = work;
  const { id, config } = mounted.settings;
  return {
    settings: mounted.settings,
    state: body.states[id],
    data: message.data,
    exports: body.exports,
    user: body.user,
    known: body.user ?? body.claimed,
    pageUrl: `${own}${mounted.path}`,
    userAgent: request.headers['user-agent'] ?? '',
    address: request.address,
    mayOrder: () => request.mayOrder(),
    realm: mounted.realm,
    now: ports.clock.now(),
    isOptional: isOptional(work),
    newReference: () => newReference(ports.chance),
    isSameSecret: (a, b) => ports.vault.equal(a, b),
    run(role, input) {
      const operation = mounted.operations.get(role);
      if (operation === undefined) throw new Problem('internal', `${id} has no operation for ${role}`);
      const caller = { name: `sign-in:${id}`, address: request.address };
      const tenant = { id: config.tenant, realm: mounted.realm };
      const start = {
        operation: operation.name,
        tenant,
        caller,
        headers: headersOf(work),
        input,
        origin: originOf(work),
        reply: {},
      };
      return runOperation(operation, start, ports);
    },
    note(type, more = {}) {
      const subject = config.custom_identifier;
      return record(ports, { ...originOf(work), realm: mounted.realm, ...(subject && { subject }), ...more, type });
    },
  };
}

function isOptional({ body, mounted: { settings }, site }: Work): boolean {
  const parent = body.parents[settings.id];
  if (parent === undefined) return false;
  return at(site, parent).settings.config.chain.some(({ id, required }) => id === settings.id && !required);
}
