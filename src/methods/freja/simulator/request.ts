import { FrejaError } from './errors.ts';

/** The JSON of a request, and for whom it was sent. */
export interface Parameters {
  readonly content: Readonly<Record<string, unknown>>;
  readonly relyingPartyId: string | undefined;
}

/**
 * Reads one line `parameter=Base64 of JSON`, percent-encoded or not, whatever it is labelled as: clients differ, and a raw `+` is never a blank.
 *
 * @throws FrejaError 1000, 1010
 */
export function readParameters(body: string, parameter: string): Parameters {
  const fields = new Map(
    body.split('&').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), decoded(value.join('=').trim())] as const;
    }),
  );
  const value = fields.get(parameter);
  if (value === undefined) throw new FrejaError(1000);
  return { content: readJson(value), relyingPartyId: fields.get('relyingPartyId') };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new FrejaError(1000);
  }
}

function readJson(base64: string): Parameters['content'] {
  const content = parseBase64Json(base64);
  if (content === undefined) throw new FrejaError(1010);
  return content;
}

/** A JSON object in Base64 with padding; undefined when it is none. */
export function parseBase64Json(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
