import type { AuthenticatorSettings, AuthenticatorTypeName } from '../core/authenticator-settings.ts';
import type { EventType } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import type { Found } from '../core/pipeline.ts';

/** A person as a flow knows one. */
export interface FlowPerson {
  readonly realm: string;
  readonly id: string;
  /** No directory was asked: the id is what a service says, a personal number above all, so no event names it. */
  readonly isOutside?: true;
}

/** What one message finds. */
export interface Turn {
  readonly settings: AuthenticatorSettings;
  /** What the authenticator kept at the last message of this flow; undefined at the first. */
  readonly state: unknown;
  /** `data` of the message. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What authenticators before this one have exported. */
  readonly exports: Readonly<Record<string, string>>;
  /** Who has been proved so far. */
  readonly user: FlowPerson | undefined;
  /** Whom an earlier authenticator has proved, or merely named: nobody else may be proved. */
  readonly known: FlowPerson | undefined;
  /** Address of the page, as the browser has it. */
  readonly pageUrl: string;
  readonly userAgent: string;
  /** Network address of the browser. */
  readonly address: string;
  /** Realm of its tenant. */
  readonly realm: string;
  readonly now: number;
  /** The chain it stands in goes on without it. */
  readonly isOptional: boolean;
  /** Whether this flow may place one more order by now: each call counts. */
  mayOrder(): boolean;
  /** Something nobody can guess. */
  newReference(): string;
  /** Whether two texts are the same, without telling by the time it takes. */
  isSameSecret(a: string, b: string): boolean;
  /** Runs one of the operations that the type has named. @throws Problem as its steps do */
  run(role: string, input: Readonly<Record<string, string>>): Promise<Found>;
  /** Writes an event of the authenticator: trace, address and tag are added. */
  note(
    type: EventType,
    more?: { readonly reason?: string; readonly address?: string; readonly user?: string },
  ): Promise<void>;
}

/** What a finished authenticator leaves behind. */
export interface Done {
  /** Whom it has proved; absent for one that proves nobody. */
  readonly user?: FlowPerson;
  /** Whom it has merely named: nobody else may be proved in this flow. */
  readonly claims?: FlowPerson;
  /** By what, for `auth_method`; goes with `user`. */
  readonly method?: string;
  /** Values for those after it. `undefined` removes what an earlier one has left. */
  readonly exports: Readonly<Record<string, string | undefined>>;
  /** What `${identity.x}` stands for in its configured exports. */
  readonly identity?: Readonly<Record<string, string>>;
}

/** What a message leads to. */
export interface Outcome {
  /** Type of the answer; the message’s own unless given. */
  readonly type?: 'failure';
  /** Why it could not be carried out at all. */
  readonly reason?: string;
  /** What is kept for the next message; the old state stays when absent. */
  readonly state?: object;
  /** Fields of the state that the page is told. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Key of a text for the person. */
  readonly message?: string;
  readonly done?: Done;
  /** It has failed for good, or was cancelled: the browser is led away. */
  readonly ends?: 'failed' | 'cancelled';
}

/** Answers one type of message. */
export type Handler = (turn: Turn) => Promise<Outcome> | Outcome;

/** A type of authenticator that has a page. */
export interface AuthenticatorType {
  readonly name: AuthenticatorTypeName;
  /** What it runs, by role: an operation, or the name of one that is configured or ships. */
  operations(settings: AuthenticatorSettings): Readonly<Record<string, Operation | string>>;
  /** Roles whose operation must prove who is there: one that merely looks a name up is refused at the start. */
  readonly proves?: readonly string[];
  /** Message type → what answers it. `complete` and `failure` are the server’s own. */
  readonly messages: Readonly<Record<string, Handler>>;
  /** Answers `state` when there is nothing to be changed, so that nobody has to wait, and nothing is written; undefined when there may be. */
  look?(turn: Turn): Promise<Outcome | undefined>;
  /** Ends what is under way, as the browser has gone another way. Absent for types that begin nothing. */
  drop?(turn: Turn): Promise<void>;
}

/** Declares a type. */
export function defineAuthenticator(type: AuthenticatorType): AuthenticatorType {
  return type;
}

/** A text of the message’s data; undefined for anything else. */
export function textIn(data: Turn['data'], name: string): string | undefined {
  const value = Object.hasOwn(data, name) ? data[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
