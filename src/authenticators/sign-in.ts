import type { Ports } from '../core/ports.ts';
import { answerMessage, type MessageAnswer } from './message.ts';
import { answerPage, type PageAnswer, takeToken } from './page.ts';
import type { Site } from './site.ts';
import type { BrowserRequest, Token } from './work.ts';

/** What the web server asks of the sign-in pages. All may throw Problem. */
export interface SignIn {
  readonly site: Site;
  /** Somebody asks for a page. */
  page(request: BrowserRequest): Promise<PageAnswer>;
  /** A page says something. */
  message(request: BrowserRequest & { readonly body: Uint8Array }): Promise<MessageAnswer>;
  /** The access token that is to be posted to the application, once; undefined when there is none. */
  finish(request: BrowserRequest): Promise<Token | undefined>;
}

/** Sign-in pages over these authenticators. */
export function createSignIn(site: Site, ports: Ports): SignIn {
  return {
    site,
    page: (request) => answerPage(request, site, ports),
    message: (request) => answerMessage(request, site, ports),
    finish: (request) => takeToken(request, site, ports),
  };
}
