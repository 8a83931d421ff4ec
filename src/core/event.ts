/** How serious an event is in CEF terms: 3 information, 5 worth a look, 7 somebody should act, 9 alarm. */
export type Severity = 3 | 5 | 7 | 9;

/** Declares a kind of event. `name` is stable for ever: it is what alarms are built on. */
export interface EventType {
  /** `<area>.<what-happened>`, e.g. `otp-token.accepted`. */
  readonly name: string;
  /** One sentence; the description of the CEF line. */
  readonly summary: string;
  readonly severity: Severity;
}

/**
 * What a request leaves in every event it causes: who asked for what, from where.
 *
 * Plain data, so that a transition that closes over it may be run anywhere.
 */
export interface Origin {
  readonly trace: string;
  readonly tenant?: string;
  readonly operation?: string;
  /** Address of the asking program, as the listener or a configured proxy saw it. */
  readonly address?: string;
  /** Name by which the caller proved itself, e.g. `basic:portal`; never a secret. */
  readonly caller?: string;
}

/** The name by which a sign-in page asks for operations. Callers of the API prove themselves by other means, and have other names. */
export function pageCaller(id: string): string {
  return `sign-in:${id}`;
}

/** The sign-in page that asks; undefined for whoever asks by the API. */
export function pageOf({ caller }: Pick<Origin, 'caller'>): string | undefined {
  return caller?.startsWith(pageCaller('')) ? caller : undefined;
}

/**
 * One line of the audit log before the store numbers, times and chains it.
 *
 * Never holds a secret, code, password, personal number or message text (invariant 5).
 */
export interface AuditEvent extends Partial<Origin> {
  readonly type: EventType;
  readonly realm?: string;
  readonly user?: string;
  /** Why, in the product's own words: `wrong`, `used`, `locked`. */
  readonly reason?: string;
  /** What it was about: a token's id, a setting's name. */
  readonly subject?: string;
  /** How many like this were left out before it (see `caller-refused`). */
  readonly suppressed?: number;
}

/** Declares an event type. */
export function defineEvent(type: EventType): EventType {
  return type;
}

/** Events that belong to no method. */
export const coreEvents = {
  started: defineEvent({ name: 'server.started', summary: 'The server started', severity: 3 }),
  stopped: defineEvent({ name: 'server.stopped', summary: 'The server stopped in good order', severity: 3 }),
  callerRefused: defineEvent({ name: 'caller.refused', summary: 'A caller was turned away', severity: 5 }),
  operationDone: defineEvent({ name: 'operation.done', summary: 'An operation was carried out', severity: 3 }),
  operationRefused: defineEvent({ name: 'operation.refused', summary: 'An operation was refused', severity: 5 }),
  accountLocked: defineEvent({ name: 'account.locked', summary: 'Too many failures locked a person', severity: 7 }),
  accountUnlocked: defineEvent({ name: 'account.unlocked', summary: 'A person’s lock was lifted', severity: 5 }),
  passwordAccepted: defineEvent({ name: 'password.accepted', summary: 'A password was accepted', severity: 3 }),
  passwordRefused: defineEvent({ name: 'password.refused', summary: 'A password was refused', severity: 5 }),
  codeIssued: defineEvent({ name: 'code.issued', summary: 'A code was made for a person', severity: 3 }),
  codeAccepted: defineEvent({
    name: 'code.accepted',
    summary: 'A code that was made for a person was accepted',
    severity: 3,
  }),
  codeRefused: defineEvent({ name: 'code.refused', summary: 'A code was refused', severity: 5 }),
  sessionOpened: defineEvent({ name: 'session.opened', summary: 'A session was opened for a person', severity: 3 }),
  sessionEnded: defineEvent({ name: 'session.ended', summary: 'A person was logged out', severity: 3 }),
  personAdded: defineEvent({
    name: 'person.added',
    summary: 'A person was added to the built-in directory',
    severity: 5,
  }),
  personChanged: defineEvent({
    name: 'person.changed',
    summary: 'Attributes or password of a person of the built-in directory were changed',
    severity: 5,
  }),
  personRemoved: defineEvent({
    name: 'person.removed',
    summary: 'A person was removed from the built-in directory',
    severity: 5,
  }),
  personLinked: defineEvent({
    name: 'person.linked',
    summary: 'Whom a service had identified was found in the directory',
    severity: 3,
  }),
  personNotLinked: defineEvent({
    name: 'person.not-linked',
    summary: 'Whom a service had identified was not found in the directory, or was not one person',
    severity: 5,
  }),
  chainsLinked: defineEvent({
    name: 'log.chains',
    summary: 'The other chains of the audit log went as far as these entries',
    severity: 3,
  }),
  logRemoved: defineEvent({
    name: 'log.removed',
    summary: 'Old days of the audit log were removed, up to these entries',
    severity: 7,
  }),
  keyAdded: defineEvent({ name: 'keys.added', summary: 'A sealing key was added', severity: 5 }),
  resealed: defineEvent({
    name: 'keys.resealed',
    summary: 'Secrets were sealed anew with the newest key',
    severity: 5,
  }),
} as const satisfies Record<string, EventType>;
