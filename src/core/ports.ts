import type { Backends } from './backend.ts';
import type { Realm } from './directory.ts';
import type { Origin } from './event.ts';
import type { Store } from './store.ts';

/** Tells the time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** Unpredictable bytes. */
export interface Chance {
  bytes(count: number): Uint8Array;
}

/** A secret sealed for one place: `v1.<key id>.<base64url of nonce, ciphertext and tag>`. */
export type Sealed = string;

/** Hash functions of HOTP and TOTP (RFC 6238 §1.2). */
export type HashName = 'SHA1' | 'SHA256' | 'SHA512';

/**
 * Keeps secrets: seals them for one place, opens them there only, and computes with keys.
 *
 * A place is realm, kind, record and field in one string; a sealed value copied to another place does not open.
 */
export interface Vault {
  seal(secret: Uint8Array, place: string): Sealed;
  /** @throws Problem 'internal' when the value was changed, belongs elsewhere, or its key is gone */
  open(sealed: Sealed, place: string): Uint8Array;
  /** HMAC (RFC 2104) with the key worked in once, for many messages. */
  hmac(hash: HashName, key: Uint8Array): (message: Uint8Array) => Uint8Array;
  /**
   * A hash of something people type or carry (a code, an access token), that cannot be computed without our key: 43 characters.
   *
   * The same text at another place has another hash.
   */
  keyedHash(text: string, place: string): string;
  /** True when both are equal; takes the same time wherever they differ. */
  equal(a: string, b: string): boolean;
}

/** The technical log. `fields` must hold no secret, code or personal number. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A text message on its way. */
export interface Message {
  /** Number as the directory or the caller spelled it; the sender normalises it. */
  readonly to: string;
  readonly text: string;
  /** Tenant whose budget it counts against. */
  readonly tenant: string;
  /** Whom it goes to, where that is known; for the event. */
  readonly person?: { readonly realm: string; readonly user: string };
  readonly origin: Origin;
}

/** Sends messages to people. */
export interface Messages {
  /**
   * Hands a text message to the first gateway that takes it. Resolves when one has accepted it.
   *
   * @throws Problem 'message-refused' when the number may not be sent to, too much was sent, or no gateway took it
   */
  sms(message: Message): Promise<void>;
  /** Hands a mail to the mail server. `subject` and `text` are plain text. @throws Problem 'message-refused' */
  mail(message: Message & { readonly subject: string }): Promise<void>;
}

/** Draws QR codes. */
export interface QrCodes {
  /** As an SVG document. */
  svg(text: string): Promise<string>;
  /** As a PNG file. */
  png(text: string): Promise<Uint8Array>;
}

/** Everything a step may reach. Steps get these and nothing else. */
export interface Ports {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store;
  readonly vault: Vault;
  readonly messages: Messages;
  readonly backends: Backends;
  readonly qrCodes: QrCodes;
  /** By id; holds every realm that a tenant names. */
  readonly realms: ReadonlyMap<string, Realm>;
}
