/** A text message as gateways get it. */
export interface Sms {
  /** E.164, with its plus. */
  readonly to: string;
  readonly text: string;
  /** Ours, made for this message: 16 hexadecimal digits. */
  readonly reference: string;
}

/** Why a gateway did not take a message. */
export type RefusalReason =
  | 'invalid-recipient'
  | 'blocked'
  | 'content'
  | 'auth'
  | 'quota'
  | 'throttled'
  | 'unavailable'
  | 'other';

/**
 * What became of a message at one gateway.
 *
 * `refused`: it said no. `not-reached`: nothing was sent. After both the next gateway is asked. `unknown`: the message was on its way when we lost
 * sight of it, or part of it went out; it is never sent again. `code` is the gateway's own, and never its words: those may hold the number.
 */
export type Sending =
  | { readonly outcome: 'accepted'; readonly ids: readonly string[] }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason; readonly code?: string | undefined }
  | { readonly outcome: 'not-reached' | 'unknown'; readonly code?: string | undefined };

/** One way of sending messages. */
export interface Sender<Message> {
  readonly name: string;
  /** Never throws for what the far side does. */
  send(message: Message): Promise<Sending>;
}

/** One way of sending text messages. */
export interface Gateway extends Sender<Sms> {
  /** How its delivery receipts are read; absent when none are posted to us. */
  readonly receipts?: ReceiptReader;
  /** Lets what is under way end; a session is taken leave of. */
  close?(): Promise<void>;
}

/** What a provider says of a message after it took it. `delivered` and `failed` are final. */
export interface Receipt {
  /** The provider's id of the message, or of one part. */
  readonly id: string;
  readonly state: 'sent' | 'delivered' | 'failed';
}

/** A receipt as it came. */
export interface PostedReceipt {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body, or the query of a GET without its question mark. */
  readonly body: string;
  /** True when it stood in the query of a GET. */
  readonly inQuery?: boolean;
}

/** How one provider's posted receipts are read. */
export interface ReceiptReader {
  /** undefined when it is no receipt of this provider, or says a word that is not in its documents. */
  parse(body: string): Receipt | undefined;
  /** True when the provider can be set to send receipts by GET, as a form in the query. */
  readonly mayComeInQuery?: true;
  /** Whether the provider signed it; absent when the provider signs nothing, so that the secret in the address is all there is. */
  isGenuine?(posted: PostedReceipt): boolean;
}

/** Refusals that are about the message, not the gateway: they do not open its breaker, or anybody could. */
const aboutTheMessage: ReadonlySet<RefusalReason> = new Set(['invalid-recipient', 'blocked', 'content', 'other']);

/** True when the gateway did its work, whatever it said. */
export function isHealthy(sending: Sending): boolean {
  if (sending.outcome === 'refused') return aboutTheMessage.has(sending.reason);
  return sending.outcome === 'accepted';
}

/** For the log: no words of the gateway, no number. */
export function describeSending(sending: Exclude<Sending, { readonly outcome: 'accepted' }>): string {
  const why = sending.outcome === 'refused' ? [sending.reason, sending.code] : [sending.code];
  const known = why.filter((word) => word !== undefined);
  return known.length === 0 ? sending.outcome : `${sending.outcome} (${known.join(' ')})`;
}
