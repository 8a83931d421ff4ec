import { digest, toBase64url, utf8 } from './bytes.ts';
import type { Signer } from './enrolment.ts';
import { protocolVersion, signedText } from './signed-text.ts';

/** The server said no; `code` is one of those in docs/approval-protocol.md, "Refusals". */
export class Refusal extends Error {
  readonly code: string;
  readonly property: string | undefined;

  constructor(code: string, property?: string) {
    super(code);
    this.code = code;
    this.property = property;
  }
}

/** The server could not be reached, or did not answer in time. */
export class NoConnection extends Error {}

interface AskOptions {
  /** Seconds that the server may park the question. */
  readonly wait?: number;
  readonly nonce?: string;
  readonly signal?: AbortSignal;
}

const patienceMs = 15_000;

/** Asks what needs no signature. @throws Refusal, NoConnection */
export function askOpenly<T>(what: 'hello' | 'invitation', body: object = {}): Promise<T> {
  return post<T>(what, JSON.stringify(body), {}, {});
}

/**
 * Asks as a device; `id` is empty for one that enrols.
 *
 * A refusal because of the nonce is tried again with a new one, but for an answer: whoever sent that must look first.
 *
 * @throws Refusal, NoConnection
 */
export async function askAs<T>(signer: Signer, what: string, body: object = {}, options: AskOptions = {}): Promise<T> {
  const text = JSON.stringify(body);
  try {
    return await post<T>(what, text, await sign(signer, what, text, options.nonce ?? newNonce()), options);
  } catch (error) {
    const isUsed = error instanceof Refusal && error.code === 'request-replayed';
    if (!isUsed || what === 'answer' || options.nonce !== undefined) throw error;
    return post<T>(what, text, await sign(signer, what, text, newNonce()), options);
  }
}

/** 16 random bytes, base64url. */
export function newNonce(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** A signature of a text: r and s, base64url. */
export async function signatureOf(text: string, key: CryptoKey): Promise<string> {
  return toBase64url(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, utf8(text)));
}

async function sign({ id, key }: Signer, what: string, body: string, nonce: string): Promise<Record<string, string>> {
  const time = String(Date.now());
  const text = signedText('request', { what, device: id, time, nonce, body: await digest(body) });
  return {
    ...(id !== '' && { 'portvakt-device': id }),
    'portvakt-time': time,
    'portvakt-nonce': nonce,
    'portvakt-signature': await signatureOf(text, key),
  };
}

async function post<T>(
  what: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { wait = 0, signal }: AskOptions,
): Promise<T> {
  const limit = AbortSignal.timeout(patienceMs + wait * 1000);
  const response = await fetch(`/approve/api/${what}`, {
    method: 'POST',
    credentials: 'omit',
    headers: {
      'content-type': 'application/json',
      'portvakt-protocol': protocolVersion,
      ...(wait > 0 && { prefer: `wait=${wait}` }),
      ...headers,
    },
    body,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  }).catch((cause: unknown) => {
    throw new NoConnection('no answer', { cause });
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const { code = 'unavailable', property } = answer as { readonly code?: string; readonly property?: string };
  // What stands between us and the server answers in its own words.
  if (response.status >= 500) throw new NoConnection(code);
  throw new Refusal(code, property);
}
