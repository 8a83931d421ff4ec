import type { IncomingHttpHeaders } from 'node:http';

/** Largest bearer token that is looked at, in characters; our choice. */
const maxTokenLength = 8192;
/** 1 kB of user name and password, in Base64. */
const maxBasicLength = 1368;

/** User name and password of HTTP Basic, in Unicode normal form C. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** The Base64 text behind `Basic`, unchecked; undefined when there is none. */
export function basicTextOf(headers: IncomingHttpHeaders): string | undefined {
  const text = credentialsOf(headers, 'basic ');
  return text !== undefined && text.length <= maxBasicLength ? text : undefined;
}

/** The token behind `Bearer` (RFC 6750 §2.1); undefined when there is none or it is malformed. */
export function bearerTokenOf(headers: IncomingHttpHeaders): string | undefined {
  const token = credentialsOf(headers, 'bearer ');
  return token !== undefined && token.length <= maxTokenLength && /^[\w.~+/-]+=*$/.test(token) ? token : undefined;
}

/** True when the request presents a bearer token, well-formed or not. */
export function presentsBearer(headers: IncomingHttpHeaders): boolean {
  return credentialsOf(headers, 'bearer ') !== undefined;
}

function credentialsOf(headers: IncomingHttpHeaders, scheme: string): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined || authorization.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return authorization.slice(scheme.length).trimStart();
}

/**
 * Reads HTTP Basic (RFC 7617 §2): strict Base64, strict UTF-8, no control characters; the first colon separates.
 *
 * Normal form C because clients of different systems type the same letter differently (RFC 7617 §2, RFC 8265 §4.2).
 */
export function parseBasic(text: string): BasicCredentials | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Encoding it again shows every character that decoding passed over, and bits left over at the end.
  if (bytes.toString('base64') !== text) return undefined;
  const decoded = decodeUtf8(bytes)?.normalize('NFC');
  const colon = decoded?.indexOf(':') ?? -1;
  if (decoded === undefined || colon === -1 || /\p{Cc}/u.test(decoded)) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** What a client sends behind `Basic` for these. */
export function basicText({ username, password }: BasicCredentials): string {
  return Buffer.from(`${username}:${password}`.normalize('NFC')).toString('base64');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
