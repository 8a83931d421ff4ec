import type { Passkey } from './account.ts';
import type { BackendKind } from './backend.ts';
import type { PushPolicy } from './push-settings.ts';

/** How one device is woken. */
export type PushTarget =
  | { readonly type: 'web'; readonly endpoint: string; readonly p256dh: string; readonly auth: string }
  | { readonly type: 'fcm'; readonly token: string }
  | { readonly type: 'apns'; readonly token: string };

/** What wakes a device. It carries no decision and nothing worth reading. */
export interface WakeUp {
  readonly assignment: string;
  readonly device: string;
  readonly endsAt: number;
  /** The same for all messages to one device, so that a newer one takes the place of an older; at most 32 characters, base64url. */
  readonly topic: string;
}

/** What became of a message: taken, its target gone for good, to be tried again, our credentials refused, or a fault of ours. */
export type PushOutcome =
  | { readonly outcome: 'sent' }
  /** `since`: nobody was there at that instant already. */
  | { readonly outcome: 'gone'; readonly since?: number }
  | { readonly outcome: 'retry'; readonly afterMs?: number; readonly reason?: string }
  | { readonly outcome: 'denied' | 'bug'; readonly reason: string };

/** Hands messages to one kind of push service. */
export interface PushSender {
  /** Never throws: what goes wrong is an outcome. `ttlSeconds`: how long the service keeps it. */
  send(target: PushTarget, message: WakeUp, ttlSeconds: number): Promise<PushOutcome>;
  close(): Promise<void>;
}

/** Checks what devices sign. */
export interface DeviceKeys {
  /** True for an uncompressed point on P-256, base64url. */
  isPublicKey(text: string): boolean;
  /** ECDSA on P-256 with SHA-256 over the text in UTF-8; the signature is r and s, base64url. Never throws. */
  verify(key: string, text: string, signature: string): boolean;
  /** SHA-256, base64url. */
  digest(content: string | Uint8Array): string;
}

/** Checks passkeys. `credential` is what the browser made, JSON; `challenge` base64url. The person must have been verified. */
export interface Passkeys {
  /** The new passkey; undefined when it proves nothing. */
  register(credential: string, challenge: string): Promise<Passkey | undefined>;
  /** The passkey with its counter as it is now; undefined when it proves nothing. */
  assert(credential: string, challenge: string, passkey: Passkey): Promise<Passkey | undefined>;
}

/** All that approving on the phone needs of the world outside. */
export interface PushBackend {
  readonly policy: PushPolicy;
  /** Where devices reach the server, without a slash at the end. */
  readonly url: string;
  readonly keys: DeviceKeys;
  readonly passkeys: Passkeys;
  /** What people call a tenant. */
  tenantName(id: string): string;
  /** The public key that browsers subscribe with (RFC 8292 §3.2). */
  applicationServerKey(): Promise<string>;
  /** What is wrong with a target, in words for whoever sent it; undefined when nothing is. */
  objectionTo(target: PushTarget): string | undefined;
  /** Wakes a device and returns at once; `onGone` is called when the service says that there is nobody. */
  wake(target: PushTarget, message: WakeUp, onGone: (since: number | undefined) => Promise<void>): void;
}

/** The one backend of approving on the phone; its name is `default`. */
export const pushBackends: BackendKind<PushBackend> = { name: 'push' };
