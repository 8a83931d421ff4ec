import type { Facts } from '../../core/facts.ts';
import { Problem } from '../../core/problem.ts';

/** The longest message and the longest piece of context, in characters; what fits on a telephone. Our choice. */
const longest = { message: 500, context_application: 100, context_place: 100, context_address: 100 } as const;

/** What a start may say of the request. */
export interface Context {
  readonly message: string;
  readonly application: string;
  readonly place: string;
  readonly address: string;
}

/** What the start says, empty where it says nothing. @throws Problem 'property-invalid' */
export function readContext(input: Facts['input']): Context {
  return {
    message: textIn(input, 'message'),
    application: textIn(input, 'context_application'),
    place: textIn(input, 'context_place'),
    address: textIn(input, 'context_address'),
  };
}

/** Whether a number is to be shown and typed. @throws Problem 'property-invalid' */
export function readMatch(input: Facts['input']): boolean {
  const match = input['match'] ?? 'false';
  if (match !== 'true' && match !== 'false') {
    throw new Problem('property-invalid', 'must be true or false', { property: 'match' });
  }
  return match === 'true';
}

function textIn(input: Facts['input'], property: keyof typeof longest): string {
  const text = (input[property] ?? '').trim();
  if (text.length > longest[property]) {
    throw new Problem('property-invalid', `must be at most ${longest[property]} characters`, { property });
  }
  // Control characters, and those that turn the order of letters around: what is shown is to be what was written.
  const unfit =
    property === 'message'
      ? /[\p{Cs}\p{Co}\p{Cn}]|(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
      : /[\p{Cs}\p{Co}\p{Cn}\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
  if (unfit.test(text)) {
    throw new Problem('property-invalid', 'must not hold control characters', { property });
  }
  return text;
}
