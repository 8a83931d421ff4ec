import type { Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { afterDone, afterFailure } from './ends.ts';
import { beginFlow, emptyBody, type FlowBody, flowOf, newCookie, sealBody } from './flow.ts';
import { stopAt } from './guide.ts';
import { at, type Site, topOf } from './site.ts';
import { holdFlow, readFlow } from './turns.ts';
import { type BrowserRequest, complete, factsOf, type Token, type Work } from './work.ts';

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

/** Somebody asks for a page. @throws Problem 'property-invalid' for a `state` that cannot be taken */
export async function answerPage(request: BrowserRequest, site: Site, ports: Ports): Promise<PageAnswer> {
  const state = readState(request);
  const top = topOf(site, request.id);
  const found = await readFlow(request.cookie, ports);
  const isOurs = found !== undefined && found.flow.entry === top && found.body.finished === undefined;
  const cookie = isOurs ? request.cookie : undefined;
  const fresh = cookie ?? (await newFlow(request, top, ports));
  const isReached = request.id === top || (isOurs && found.body.parents[request.id] !== undefined);
  const isNew = cookie === undefined && { cookie: fresh };
  // Whoever belongs under a Selector or Chain is reached through it.
  if (!isReached) return { ...isNew, location: at(site, top).path };
  const answer = await holdFlow(fresh, ports, async (flow, body) => {
    // Sent here anew, the newest counts: the application compares it with what it gave this browser last.
    const begun = state === undefined ? body : { ...body, state };
    const { body: next, ...rest } = await enter({
      request,
      flow,
      body: begun,
      mounted: at(site, request.id),
      site,
      ports,
    });
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
  const found = await readFlow(request.cookie, { store, vault });
  const isOurs = found?.flow.entry === request.id && found.body.finished !== undefined;
  if (!isOurs || at(site, request.id).settings.config.token_delivery !== 'form') return undefined;
  const isFirst = await store.change(flowOf(request.cookie ?? '', vault), (flow) => ({
    next: null,
    result: flow !== undefined,
  }));
  const { finished, state } = found.body;
  return isFirst ? { value: finished?.token ?? '', state, by: at(site, request.id) } : undefined;
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
  const key = flowOf(cookie, vault);
  await store.change(key, beginFlow({ trace, entry, body: sealBody(emptyBody, key, vault) }));
  return cookie;
}

async function enter(work: Work): Promise<Omit<PageAnswer, 'cookie'> & { readonly body: FlowBody }> {
  const { body, mounted, site } = work;
  const { id } = mounted.settings;
  const stop = stopAt(mounted, body, factsOf(work));
  if (stop.what === 'stay') return { body };
  if (stop.what === 'go') return { body: sendTo(stop.to, id, body), location: at(site, stop.to).path };
  if (stop.what === 'failed') return afterFailure(site, id, body, stop.because);
  return complete({ ...work, body: afterDone(mounted.settings, { exports: {} }, body, factsOf(work)) });
}

/** The browser is sent to an authenticator by another one. */
export function sendTo(target: string, from: string, body: FlowBody): FlowBody {
  const parents = { ...body.parents, [target]: from };
  return { ...body, parents, states: { ...body.states, [from]: { chosen: target } } };
}
