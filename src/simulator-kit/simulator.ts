import type { Issued } from './authority.ts';
import type { SimClock } from './clock.ts';

/** The certificate a caller proved itself with. */
export interface ClientCertificate {
  readonly pem: string;
  /** SHA-256 over its DER form, hexadecimal with colons. */
  readonly fingerprint: string;
  /** One line per attribute, `CN=…`, as Node writes it. */
  readonly subject: string;
}

/** One request as it arrived. */
export interface SimRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; several values of one header are joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decoded as UTF-8. */
  readonly body: string;
  /** Absent only where the simulator does not demand one. */
  readonly clientCertificate: ClientCertificate | undefined;
  /** A fault of the simulator's own that this request meets. */
  readonly fault: string | undefined;
}

/** A fault of one vendor's own: an unknown word, a wrong signature. The simulator plays it when it is named in a request. */
export interface OwnFault {
  readonly summary: string;
  /** Requests it can befall; all unless given. Others neither see it nor use it up. */
  on?(request: Pick<SimRequest, 'method' | 'path' | 'body'>): boolean;
}

/** How a fault is limited. */
export interface FaultLimits {
  /** How often it happens; until it is switched off unless given. A certificate happens per connection. */
  readonly times?: number;
  /** Only to requests whose path contains this text. Certificates know no path. */
  readonly path?: string;
  /** For `slow`: how late the answer comes; 3000. */
  readonly delayMs?: number;
}

/** A fault in force. */
export interface CurrentFault extends FaultLimits {
  readonly name: string;
}

/** What goes wrong on purpose. */
export interface Faults {
  /** Name of every fault → what it does. */
  readonly names: Readonly<Record<string, string>>;
  readonly current: CurrentFault | undefined;
  /** Puts a fault in the place of the one before; undefined switches it off. @throws Error for a name that is not known */
  set(name: string | undefined, limits?: FaultLimits): void;
}

/** What the simulator says. `content-length` is added. */
export interface SimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request as it is remembered. */
export interface SimCall {
  /** Milliseconds since 1970, by the computer's clock, so that intervals can be measured. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** An order as the page shows it. */
export interface SimOrder {
  readonly ref: string;
  /** The vendor's own word for where it stands. */
  readonly state: string;
  /** Something can still happen to it. */
  readonly isOpen: boolean;
  /** Shown in this order. */
  readonly details: Readonly<Record<string, string>>;
}

/** What a person, or a test, may do with an order. */
export interface SimAction {
  /** On the button. */
  readonly label: string;
  /** The action wants to know as which test person. */
  readonly takesPerson?: boolean;
  /** @throws Error with a sentence for the page when it cannot be done */
  run(ref: string, given: ActionInput): void | Promise<void>;
}

/** What comes with an action: `person` is a personal number; anything else is the simulator's own. */
export type ActionInput = Readonly<Record<string, string>>;

/** What a simulator lets people and tests do. */
export interface SimControl {
  /** Title of the page. */
  readonly title: string;
  /** One sentence below it. */
  readonly intro: string;
  /** Newest first. */
  orders(): readonly SimOrder[];
  readonly actions: Readonly<Record<string, SimAction>>;
}

/** A running simulator. */
export interface Simulator {
  /** https, of the vendor's interface. */
  readonly url: string;
  /** http, of the page and what tests use. */
  readonly controlUrl: string;
  /** The authority that the server's certificate is of, PEM. */
  readonly ca: string;
  /** A certificate that the simulator takes callers with; `subject` is a distinguished name. */
  issueClient(subject?: string): Promise<Issued>;
  /** What was asked so far, the latest last; of very many the oldest are forgotten. */
  readonly calls: readonly SimCall[];
  readonly faults: Faults;
  readonly clock: SimClock;
  /** Newest first. */
  orders(): readonly SimOrder[];
  /** What a button of the page does. @throws Error when there is no such action, or it cannot be done */
  act(action: string, ref: string, given?: ActionInput): Promise<void>;
  close(): Promise<void>;
}
