import { isUtf8 } from 'node:buffer';
import type { Facts } from '../core/facts.ts';
import { Problem } from '../core/problem.ts';

/** Largest body that is read, in bytes. */
export const maxBodyBytes = 65_536;

/**
 * The body as one flat object of strings, without a prototype (HTTP API reference C7, C8: an empty body is an empty object).
 *
 * @throws Problem 'body-malformed', or 'property-invalid' naming the property that is not a string
 */
export function parseBody(body: Buffer | undefined): Facts['input'] {
  const input: Record<string, string> = Object.create(null);
  if (body === undefined || body.length === 0) return input;
  if (!isUtf8(body)) throw new Problem('body-malformed', 'it is not UTF-8');
  const text = body.toString();
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('body-malformed', 'it is not an object');
  }
  const entries = Object.entries(value);
  for (const [name, property] of entries) {
    if (typeof property !== 'string') throw new Problem('property-invalid', 'must be a string', { property: name });
    if (!property.isWellFormed() || !name.isWellFormed()) {
      throw new Problem('property-invalid', 'must be well-formed Unicode', { property: name.toWellFormed() });
    }
    input[name] = property;
  }
  // JSON.parse keeps the last of two; whoever looked at the first, a filter in front of us for one, saw another request than we.
  if (stringsIn(text) !== 2 * entries.length) throw new Problem('body-malformed', 'a property is there twice');
  return input;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a secret.
    throw new Problem('body-malformed', 'it is not JSON');
  }
}

/** Counts the string literals of valid JSON: pairs of quotes with an even number of backslashes before them. */
function stringsIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) quotes += 1;
  }
  return quotes / 2;
}
