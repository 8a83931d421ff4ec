import type { Facts } from '../core/facts.ts';
import type { Ports } from '../core/ports.ts';
import { openSession } from '../core/session.ts';
import { afterFailure, type Way, wayOut } from './ends.ts';
import type { Flow, FlowBody } from './flow.ts';
import { at, type Mounted, type Site } from './site.ts';

/** A request of a browser. */
export interface BrowserRequest {
  /** The authenticator it is for. */
  readonly id: string;
  readonly cookie: string | undefined;
  /** Names in lower case. */
  readonly headers: Facts['headers'];
  readonly address: string;
  /** Asked before a flow is begun. @throws Problem 'rate-limited' */
  mayBegin(): void;
  /** Whether its flow may place one more order by now. */
  mayOrder(): boolean;
  readonly trace: string;
  /** `state` of the page’s address, as it was written; checked where it is read. */
  readonly state?: unknown;
}

/** An access token, and the authenticator whose settings say how it goes out. */
export interface Token {
  readonly value: string;
  /** The application’s own, which goes back to it. */
  readonly state?: string | undefined;
  readonly by: Mounted;
}

/** Where a request leads. */
export interface Lead extends Way {
  readonly token?: Token;
}

/** What is known while a message or a page is worked on. */
export interface Work {
  readonly request: BrowserRequest;
  readonly flow: Flow;
  readonly body: FlowBody;
  readonly mounted: Mounted;
  readonly site: Site;
  readonly ports: Ports;
}

/** Who asks, as events and operations have it. Its trace is that of the whole flow. */
export function originOf({ request, flow, mounted }: Pick<Work, 'request' | 'flow' | 'mounted'>): Facts['origin'] {
  const { id, config } = mounted.settings;
  const { address } = request;
  return { trace: flow.trace, tenant: config.tenant, operation: `sign-in.${id}`, address, caller: `sign-in:${id}` };
}

/** What conditions and expansions of the configuration look at. */
export function factsOf(work: Work): Pick<Facts, 'exports' | 'headers' | 'tenant' | 'origin'> {
  const { body, mounted } = work;
  const tenant = { id: mounted.settings.config.tenant, realm: mounted.realm };
  return { exports: body.exports, headers: headersOf(work), tenant, origin: originOf(work) };
}

/** The headers without what is nobody’s business below. */
export function headersOf({ request }: Pick<Work, 'request'>): Facts['headers'] {
  const { cookie: _, prefer: __, ...headers } = request.headers;
  return headers;
}

/** The authenticator is done: on to whoever sent the browser there, or out, with a session. */
export async function complete(work: Work): Promise<Lead> {
  const { body, mounted, site, ports } = work;
  const { id, config } = mounted.settings;
  const parent = body.parents[id];
  if (parent !== undefined) return { body, location: at(site, parent).path };
  // Fail closed: a name that was looked up proves nothing.
  if (body.user === undefined || body.methods.length === 0) return afterFailure(site, id, body);
  const { session_seconds: lifetimeSeconds, session_sliding: sliding, auth_method: named } = config;
  const method = (named ?? body.methods.join('+')).slice(0, 64);
  const { realm, id: user, isOutside } = body.user;
  const session = { realm, user, method, lifetimeSeconds, sliding, ...(isOutside && { isOutside }) };
  const value = await openSession(session, originOf(work), ports);
  const location = wayOut(mounted, value, body.state);
  return {
    body: { ...body, finished: { location, token: value } },
    location,
    token: { value, state: body.state, by: mounted },
  };
}
