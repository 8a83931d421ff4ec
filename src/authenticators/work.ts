import { pageCaller } from '../core/event.ts';
import type { Facts } from '../core/facts.ts';
import type { Ports } from '../core/ports.ts';
import type { Flow, FlowBody, Holder } from './flow.ts';
import type { Mounted, Site } from './site.ts';

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

/** Where a request leads, and what the flow remembers from now on. */
export interface Way {
  readonly body: FlowBody;
  /** Where the browser goes; absent where the flow has failed, and the configuration says nothing of it: then to the page that says so. */
  readonly location?: string;
  readonly token?: Token;
  /** The flow has failed: key of the text that says why. */
  readonly failed?: string;
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

/** By what the browser shows that a flow is its own: with the cookie that it sent, or with this one. */
export function holderOf({ headers, cookie: sent = '' }: BrowserRequest, cookie = sent): Holder {
  return { cookie, userAgent: headers['user-agent'] ?? '' };
}

/** Who asks, as events and operations have it. Its trace is that of the whole flow. */
export function originOf({ request, flow, mounted }: Pick<Work, 'request' | 'flow' | 'mounted'>): Facts['origin'] {
  const { id, config } = mounted.settings;
  const { address } = request;
  return { trace: flow.trace, tenant: config.tenant, operation: `sign-in.${id}`, address, caller: pageCaller(id) };
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
