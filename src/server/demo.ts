import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';

/** A token of the demo with what it shows. */
export interface DemoToken {
  readonly id: string;
  readonly type: 'totp' | 'hotp';
  readonly digits: number;
  readonly periodSeconds: number;
  /** The code that would be accepted now; absent while one must wait for the next. */
  readonly code?: string;
  /** Milliseconds until the display changes; 0 for hotp. */
  readonly changesInMs: number;
}

/** A person of the demo. */
export interface DemoPerson {
  readonly username: string;
  readonly displayName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly password?: string;
  readonly tokens: readonly DemoToken[];
}

/** An eID that is played here, and how it is tried out. */
export interface DemoEid {
  readonly title: string;
  /** Who may ask without proof. */
  readonly tenant: string;
  readonly start: { readonly operation: string; readonly body: Readonly<Record<string, string>> };
  /** `property` names which identification, in the answer to the start and in the question. */
  readonly check: { readonly operation: string; readonly property: string };
  /** Where one plays the user. */
  readonly simulatorUrl: string;
}

/** A message that the demo kept instead of sending it. */
export interface DemoMessage {
  /** Nothing but different from that of every other. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Number, or mail address. */
  readonly to: string;
  readonly text: string;
}

/** All that the demo page shows. */
export interface DemoState {
  readonly version: string;
  readonly url: string;
  readonly managementUrl?: string;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly operations: readonly string[];
    /** How its callers prove themselves, in words. */
    readonly callers: readonly string[];
  }[];
  readonly operations: readonly { readonly name: string; readonly summary: string }[];
  readonly people: readonly DemoPerson[];
  readonly eids: readonly DemoEid[];
  /** Where the example application is, if it runs. */
  readonly application?: string;
  /** The newest first; absent when messages are sent to where they belong. */
  readonly outbox?: readonly DemoMessage[];
  /** Lines ready to paste. */
  readonly tryOut: readonly { readonly title: string; readonly command: string }[];
}

/** Gives the demo page what it shows, as it is at the moment. */
export interface DemoParts {
  state(url: string, managementUrl: string | undefined): Promise<DemoState>;
}

const folder = new URL('../../browser/demo/', import.meta.url);

/** Kinds of files that the page consists of. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** Serves the demo page at `/`, and what it shows at `/demo/state`. */
export function mountDemo(server: FastifyInstance, state: () => Promise<DemoState>): void {
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const content = readFileSync(new URL(name, folder));
    const path = name === 'index.html' ? '/' : `/demo/${name}`;
    server.get(path, (_request, reply) => reply.headers(headers).type(type).send(content));
  }
  server.get('/demo/state', async (_request, reply) => reply.headers(headers).send(await state()));
}
