import type { Ports } from '../core/ports.ts';
import type { Outcome } from './authenticator.ts';
import { complete, outOf } from './complete.ts';
import { choose } from './course.ts';
import { afterCancel, afterDone, afterFailure, failedPage, isOtherPerson } from './ends.ts';
import { type Message, parseMessage, toAnswer } from './envelope.ts';
import { endIn, type FlowBody, parentIn, stateIn } from './flow.ts';
import { choicesOf, typeBehind } from './guide.ts';
import { ownOrigin } from './own-origin.ts';
import { at, type Site, topOf } from './site.ts';
import { toTurn } from './turn.ts';
import { holdFlow, readFlow } from './turns.ts';
import { type BrowserRequest, factsOf, holderOf, type Token, type Way, type Work } from './work.ts';

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
  const found = await readFlow(holderOf(request), ports);
  const isOurs = found !== undefined && found.flow.entry === top;
  if (!isOurs || (request.id !== top && parentIn(found.body, request.id) === undefined))
    return refuse(403, 'no_session');
  const mounted = at(site, request.id);
  const seen = await look(message, own, { request, ...found, mounted, site, ports });
  if (seen !== undefined) return { status: 200, body: toAnswer(message, seen) };
  return holdFlow(holderOf(request), ports, async (flow, body) => {
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
  if (message.type !== 'state' || isOver(work)) return undefined;
  return work.mounted.type?.look?.(toTurn(work, message.data, own));
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
  if (isOver(work)) return repeat(message, work);
  // No tries beyond those that were given: its chain has gone on without it.
  if (endIn(body, mounted.settings.id) === 'failed') return leaveFailed(message, work);
  const { type } = mounted;
  if (type === undefined) return select(message, work);
  const handler = Object.hasOwn(type.messages, message.type) ? type.messages[message.type] : undefined;
  if (handler === undefined) return { next: body, body: toAnswer(message, { shown: {}, reason: 'unknown_type' }) };
  return follow(message, await handler(toTurn(work, message.data, own)), work);
}

/** This authenticator is done, or the whole flow. */
function isOver({ body, mounted }: Work): boolean {
  return body.finished !== undefined || endIn(body, mounted.settings.id) === 'done';
}

/** What is done stays done: the page is told once more where to go. */
function repeat(message: Message, work: Work): Heard {
  const { body, flow, mounted, site } = work;
  const { id } = mounted.settings;
  if (message.type === 'cancel')
    return { next: body, body: toAnswer(message, { shown: {}, reason: 'already_completed' }) };
  const { location = at(site, parentIn(body, id) ?? flow.entry).path, token } = outOf(work) ?? {};
  const { shown = { status: 'COMPLETED' } } = (endIn(body, id) === 'done' ? (stateIn(body, id) ?? {}) : {}) as {
    readonly shown?: object;
  };
  return {
    next: body,
    body: toAnswer({ ...message, type: 'complete' }, { shown: { ...shown } }, location),
    ...(token && { token }),
  };
}

function leaveFailed(message: Message, { body, flow, mounted, site }: Work): Heard {
  const location = at(site, parentIn(body, mounted.settings.id) ?? flow.entry).path;
  return { next: body, body: toAnswer(message, { type: 'failure', shown: { status: 'ERROR' } }, location) };
}

async function follow(message: Message, outcome: Outcome, before: Work): Promise<Heard> {
  const { mounted } = before;
  const { id } = mounted.settings;
  const { state, done, ends } = outcome;
  const body = state === undefined ? before.body : { ...before.body, states: { ...before.body.states, [id]: state } };
  const work = { ...before, body };
  const fail = async (failed: string) => {
    const told = { type: 'failure', shown: { status: 'ERROR' }, message: failed } as const;
    return lead(message, told, await afterFailure(work, failed), work);
  };
  if (ends === 'failed')
    return lead(message, outcome, await afterFailure(work, outcome.message ?? 'common.not_signed_in'), work);
  if (ends === 'cancelled') return lead(message, outcome, await afterCancel(work), work);
  if (done === undefined) return { next: body, body: toAnswer(message, outcome) };
  if (isOtherPerson(done, body)) return fail('common.other_person');
  const way = await complete({ ...work, body: afterDone(mounted.settings, done, body, factsOf(work)) });
  if (way.failed === undefined) return lead({ ...message, type: 'complete' }, outcome, way, work);
  return lead(message, { type: 'failure', shown: { status: 'ERROR' }, message: way.failed }, way, work);
}

/** The page goes there; a failure that it tells itself begins anew once that was read, any other is told by a page of its own. */
function lead(message: Message, outcome: Outcome, way: Way, { flow, site }: Work): Heard {
  const top = at(site, flow.entry);
  const isTold = way.failed === undefined || outcome.message !== undefined;
  const { body, token, location = isTold ? top.path : failedPage(top, way.failed) } = way;
  return { next: body, body: toAnswer(message, outcome, location), ...(token && { token }) };
}

/** A Selector’s own messages; a Chain has none. */
async function select(message: Message, work: Work): Promise<Heard> {
  const { body, mounted, site } = work;
  const { type } = mounted.settings;
  const choices = type === 'Selector' ? choicesOf(mounted, factsOf(work)) : [];
  const say = (outcome: Outcome): Heard => ({ next: body, body: toAnswer(message, outcome) });
  if (type === 'Chain') return say({ shown: {}, reason: 'unknown_type' });
  if (message.type === 'cancel') return lead(message, { shown: {} }, await afterCancel(work), work);
  if (message.type === 'init' || message.type === 'state') {
    const options = choices.map(({ target, ...choice }) => ({ ...choice, type: typeBehind(site, target) }));
    return say({ shown: { options }, ...(options.length === 0 && { message: 'common.no_options', type: 'failure' }) });
  }
  if (message.type !== 'action') return say({ shown: {}, reason: 'unknown_type' });
  const chosen = choices.find((choice) => choice.id === message.data['id']);
  if (chosen === undefined) return say({ type: 'failure', shown: {}, message: 'common.input_invalid' });
  const next = await choose(chosen.target, work);
  return lead(message, { shown: {} }, { body: next, location: at(site, chosen.target).path }, work);
}
