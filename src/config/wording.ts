import type { z } from 'zod';

/** Said of a mandatory setting that is not there. */
export const missing = 'is missing';

/** Said of a setting that the schema does not know; a schema may say more. */
export const unknownSetting = 'unknown setting';

/** Said of a step with a condition of its own, the only setting that a schema forbids by name. */
const misplaced = 'may not stand beside "step"; a condition has lines of its own: when, and below then the steps';

/** Said of what fits no form of a union; a schema may say more. */
export const formless = 'has none of the forms that it may have';

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of settings',
  record: 'a map of settings',
};

/** What the schema finds, in the operator's words; never holds the value itself. Undefined leaves the schema's own words. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'never' ? misplaced : wrongKind(issue.expected, issue.input);
    case 'invalid_value':
      return issue.input === undefined ? missing : `must be ${either(issue.values.map(String))}`;
    case 'too_small':
      return outside('at least', 'more than', issue.minimum, issue);
    case 'too_big':
      return outside('at most', 'less than', issue.maximum, issue);
    case 'invalid_format':
      return issue.format === 'url' ? 'must be an address that begins with https:// or http://' : undefined;
    case 'unrecognized_keys':
      return unknownSetting;
    case 'invalid_union':
      return formless;
    default:
      return undefined;
  }
}

/** `must be text or a list`, from what each form of a union expects. */
export function mustBe(expected: readonly string[]): string {
  return `must be ${either([...new Set(expected.map((kind) => kinds[kind] ?? kind))])}`;
}

function wrongKind(expected: string, input: unknown): string {
  if (input === undefined) return missing;
  if (input === null) return `${mustBe([expected])}, but nothing is written`;
  const quotable = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean');
  return quotable ? 'must be text: put it in quotes' : mustBe([expected]);
}

function outside(
  inclusive: string,
  exclusive: string,
  limit: number | bigint,
  issue: { readonly origin: string; readonly inclusive?: boolean | undefined },
): string {
  if (issue.origin === 'string' && limit === 1) return 'must not be empty';
  const bound = `${issue.inclusive === false ? exclusive : inclusive} ${limit}`;
  if (issue.origin === 'string') return `must have ${bound} characters`;
  return issue.origin === 'array' ? `must list ${bound}` : `must be ${bound}`;
}

/** `a, b or c`. */
export function either(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}
