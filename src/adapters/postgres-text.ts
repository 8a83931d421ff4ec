/**
 * An id or claim as PostgreSQL can hold it: its text knows no character 0.
 *
 * Keeps the order of code points, and what is a beginning of what.
 */
export function toStored(text: string): string {
  return needsCare.test(text) ? text.replace(care, (one) => (one === '\0' ? '\u0001\u0001' : '\u0001\u0002')) : text;
}

/** The other way. */
export function fromStored(text: string): string {
  return text.includes('\u0001') ? text.replace(cared, (pair) => (pair[1] === '\u0001' ? '\0' : '\u0001')) : text;
}

/** The day of an instant, UTC, as PostgreSQL writes dates. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const needsCare = /[\u0000\u0001]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const care = /[\u0000\u0001]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const cared = /\u0001[\u0001\u0002]/g;
