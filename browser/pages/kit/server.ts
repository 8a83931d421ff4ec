/** What the server tells a page; which fields there are depends on the type. src/authenticators/README.md */
export interface Told {
  readonly status?: 'ABOUT_TO_START' | 'PENDING' | 'COMPLETED' | 'FREJA_ERROR' | 'ERROR' | 'UNAUTHORIZED';
  readonly niasStatus?: string;
  readonly vendorStatus?: string;
  readonly autoStartLink?: string;
  /** A picture, as a data: address. */
  readonly qr?: string;
  readonly number?: string;
  readonly callerName?: string;
  readonly secondsLeft?: number;
  readonly canRestart?: boolean;
  readonly needsIdentifier?: boolean;
  readonly triesLeft?: number;
  readonly by?: 'sms' | 'mail' | 'token';
  readonly options?: unknown;
  /** Passkey: whether one is used, or made. */
  readonly mode?: 'use' | 'enroll';
  /** The sign-in goes on without it. */
  readonly canSkip?: boolean;
  readonly message?: { readonly text: string };
  /** Where the page goes next. */
  readonly location?: string;
}

/** An answer in the envelope. */
export interface Answer {
  readonly success: boolean;
  readonly type: string;
  readonly reason?: string;
  readonly data: Told;
}

/** What became of a request. */
export type Reply = Answer | 'no_session' | 'unavailable';

/** What the page has to know before it asks anything. */
export interface PageFacts {
  readonly pollSeconds: number;
  readonly overlay: { readonly style?: string; readonly logo?: string; readonly sv?: string; readonly en?: string };
}

/** How long an answer may take, in milliseconds. Slow networks are common where people sign in by telephone. */
const patienceMs = 20_000;

/** Sends one message to the authenticator of this page. Never throws. */
export async function ask(type: string, data: object = {}): Promise<Reply> {
  try {
    const response = await fetch(location.pathname, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type, data }),
      signal: AbortSignal.timeout(patienceMs),
    });
    if (response.status === 403) return 'no_session';
    if (!response.ok) return 'unavailable';
    const answer: Answer = await response.json();
    return typeof answer.data === 'object' && answer.data !== null ? answer : { ...answer, data: {} };
  } catch {
    return 'unavailable';
  }
}

/** The facts of this page; when they cannot be had, what works without them. */
export async function readFacts(): Promise<PageFacts> {
  const found = await readJson(`${location.pathname}/page.json`);
  return { pollSeconds: 2, overlay: {}, ...found };
}

/** A file of JSON with an object in it; an empty object when it cannot be had. */
export async function readJson(address: string): Promise<Readonly<Record<string, never>>> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(patienceMs) });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/** Goes where the server says. Addresses that run or show what comes with them are not followed. */
export function go(target: string): void {
  const { protocol, href } = new URL(target, location.href);
  if (protocol === 'https:' || protocol === 'http:') location.assign(href);
}
