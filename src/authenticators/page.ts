import type { Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { sessionOf } from '../core/session.ts';
import { complete, outOf } from './complete.ts';
import { beginAnew, choose, sendTo } from './course.ts';
import { afterDone, afterFailure, failedPage } from './ends.ts';
import { beginFlow, emptyBody, type FlowBody, flowOf, newCookie, parentIn, sealBody } from './flow.ts';
import { chosenIn, stopAt } from './guide.ts';
import { at, type Site, topOf } from './site.ts';
import { holdFlow, readFlow } from './turns.ts';
import { type BrowserRequest, factsOf, holderOf, type Token, type Way, type Work } from './work.ts';

/** A page, or where to go instead. */
export interface PageAnswer {
  readonly location?: string;
  /** A new flow began: its cookie. */
  readonly cookie?: string;
  /** The access token, for a cookie of the application’s. */
  readonly token?: Token;
}

/** What an application may give the browser as `state`: enough for a random value, and nothing that means anything in an address or a page. */
const statePattern = /^[A-Za-z0-9._~-]{1,200}$/;

/** How many of an application’s `state`s are remembered: more tabs than anybody has open. */
const maxGiven = 20;

/** Somebody asks for a page. @throws Problem 'property-invalid' for a `state` that cannot be taken */
export async function answerPage(request: BrowserRequest, site: Site, ports: Ports): Promise<PageAnswer> {
  const state = readState(request);
  const top = topOf(site, request.id);
  const found = await readFlow(holderOf(request), ports);
  const isOurs = found !== undefined && found.flow.entry === top && !(await isOverFor(state, found.body, ports));
  const cookie = isOurs ? request.cookie : undefined;
  const fresh = cookie ?? (await newFlow(request, top, ports));
  const isReached = request.id === top || (isOurs && parentIn(found.body, request.id) !== undefined);
  const isNew = cookie === undefined && { cookie: fresh };
  // Whoever belongs under a Selector or Chain is reached through it.
  if (!isReached) return { ...isNew, location: at(site, top).path };
  const answer = await holdFlow(holderOf(request, fresh), ports, async (flow, body) => {
    const work = { request, flow, body, mounted: at(site, request.id), site, ports };
    const begun = request.id === top ? await take(state, work) : body;
    const { body: next, ...rest } = await enter({ ...work, body: begun });
    return { body: next, answer: rest };
  });
  return { ...isNew, ...answer };
}

/** The access token that is to be posted to the application; the flow is over then. */
export async function takeToken(
  request: BrowserRequest,
  site: Site,
  { store, vault }: Ports,
): Promise<Token | undefined> {
  const found = await readFlow(holderOf(request), { store, vault });
  const isOurs = found?.flow.entry === request.id && found.body.finished !== undefined;
  if (!isOurs || at(site, request.id).settings.config.token_delivery !== 'form') return undefined;
  const isFirst = await store.change(flowOf(holderOf(request), vault), (flow) => ({
    next: null,
    result: flow !== undefined,
  }));
  const { finished, given } = found.body;
  return isFirst ? { value: finished?.token ?? '', state: given.at(-1), by: at(site, request.id) } : undefined;
}

function readState({ state }: BrowserRequest): string | undefined {
  if (state === undefined) return undefined;
  if (typeof state === 'string' && statePattern.test(state)) return state;
  throw new Problem('property-invalid', 'must be 1 to 200 letters, digits, ".", "_", "~" and "-"', {
    property: 'state',
  });
}

async function newFlow(request: BrowserRequest, entry: string, { store, vault, chance }: Ports): Promise<string> {
  request.mayBegin();
  const { trace } = request;
  const cookie = newCookie(chance);
  const key = flowOf(holderOf(request, cookie), vault);
  await store.change(key, beginFlow({ trace, entry, body: sealBody(emptyBody, key, vault) }));
  return cookie;
}

/** A flow at its end leads out once more, unless the application has sent the browser anew, or the session has been ended already. */
async function isOverFor(state: string | undefined, body: FlowBody, { store, vault }: Ports): Promise<boolean> {
  const { finished } = body;
  if (finished === undefined) return false;
  return isNews(state, body) || (await store.read(sessionOf(finished.token, vault))) === undefined;
}

/** A reload, the back button and an older tab bring what was there already. */
function isNews(state: string | undefined, { given }: FlowBody): state is string {
  return state !== undefined && !given.includes(state);
}

/** With a `state` that is new the application sends the browser anew, perhaps for somebody else: nothing of before is left. */
async function take(state: string | undefined, work: Work): Promise<FlowBody> {
  if (!isNews(state, work.body)) return work.body;
  return { ...(await beginAnew(work)), given: [...work.body.given, state].slice(-maxGiven) };
}

async function enter(work: Work): Promise<Omit<PageAnswer, 'cookie'> & { readonly body: FlowBody }> {
  const { body, flow, mounted, site } = work;
  const out = outOf(work);
  if (out !== undefined) return { body, ...out };
  const stop = stopAt(mounted, body, factsOf(work));
  if (stop.what === 'stay') return { body };
  if (stop.what === 'go') return { body: await send(stop.to, work), location: at(site, stop.to).path };
  const { failed, ...way }: Way =
    stop.what === 'failed'
      ? await afterFailure(work, 'common.not_signed_in', stop.because)
      : await complete({ ...work, body: afterDone(mounted.settings, { exports: {} }, body, factsOf(work)) });
  return failed === undefined ? way : { location: failedPage(at(site, flow.entry), failed), ...way };
}

/** Whoever was sent there already finds what is there. */
async function send(target: string, work: Work): Promise<FlowBody> {
  const { id, type } = work.mounted.settings;
  if (chosenIn(id, work.body) === target) return work.body;
  return type === 'Selector' ? await choose(target, work) : sendTo(target, id, work.body);
}
