import type { Outcome } from './authenticator.ts';

/** A message of a page (Fortified ID, "Web authenticator API"). */
export interface Message {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly replyTo?: string;
}

/** How deep the values of a message may stand: twice as deep as what any browser sends of a passkey. Our choice. */
const maxDepth = 32;

/** The message in a body; undefined for what is not JSON, not an object, nested too deep, or has no type. */
export function parseMessage(body: Uint8Array): Message | undefined {
  const json = toJson(body);
  if (!isRecord(json) || !isShallow(json, maxDepth)) return undefined;
  const { type, data = {}, reply_to: replyTo } = json as { type?: unknown; data?: unknown; reply_to?: unknown };
  if (typeof type !== 'string' || type === '' || type.length > 64 || !isRecord(data)) return undefined;
  return { type, data, ...(typeof replyTo === 'string' && replyTo.length <= 500 && { replyTo }) };
}

/** What is answered: the fields of the state stand in `data`, and once more beside it, as the documents can be read either way. */
export function toAnswer(message: Message, { type, reason, shown, message: text }: Outcome, location?: string): object {
  return {
    success: reason === undefined,
    type: type ?? message.type,
    ...(reason !== undefined && { reason }),
    ...(message.replyTo !== undefined && { reply_to: message.replyTo }),
    ...shown,
    data: { ...shown, ...(text !== undefined && { message: { text } }), ...(location !== undefined && { location }) },
  };
}

function toJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Whoever goes through a value later goes as deep as it is: the call stack ends before a body does. */
function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
