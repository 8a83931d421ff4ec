import { z } from 'zod';
import { type Path, parsePath, valueAt } from './path.ts';

const testSchema = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({ present: z.boolean() }),
  z.strictObject({ startsWith: z.string().min(1) }),
]);

type Test = z.infer<typeof testSchema>;

/** What `when` may say: path → text, one of several texts, `{present}` or `{startsWith}`; and `any` and `not` over such. */
export interface ConditionText {
  readonly [path: string]: Test | ConditionText | readonly ConditionText[];
}

/** Schema of {@link ConditionText}; paths are checked by {@link parseCondition}. */
export const conditionSchema: z.ZodType<ConditionText> = z.lazy(() =>
  z.record(z.string(), z.union([testSchema, z.array(conditionSchema).min(1), conditionSchema])),
) as z.ZodType<ConditionText>;

/** A condition ready to be asked. `paths` are the places it looks at. */
export interface Condition {
  readonly paths: readonly Path[];
  holds(facts: object): boolean;
}

/**
 * Every line must hold.
 *
 * @throws Error with a sentence for the operator
 */
export function parseCondition(text: ConditionText): Condition {
  const parts = Object.entries(text).map(([key, value]) => parsePart(key, value));
  if (parts.length === 0) throw new Error('a condition needs at least one line');
  return { paths: parts.flatMap((part) => part.paths), holds: (facts) => parts.every((part) => part.holds(facts)) };
}

function parsePart(key: string, value: ConditionText[string]): Condition {
  if (key === 'any') {
    if (!isConditions(value)) throw new Error('"any" takes a list of conditions');
    const choices = value.map(parseCondition);
    return {
      paths: choices.flatMap((choice) => choice.paths),
      holds: (facts) => choices.some((choice) => choice.holds(facts)),
    };
  }
  if (key === 'not') {
    if (typeof value !== 'object' || Array.isArray(value)) throw new Error('"not" takes a condition');
    const inner = parseCondition(value as ConditionText);
    return { paths: inner.paths, holds: (facts) => !inner.holds(facts) };
  }
  const path = parsePath(key);
  const test = testSchema.safeParse(value);
  if (!test.success) throw new Error(`"${key}" takes a text, a list of texts, {present: …} or {startsWith: …}`);
  return { paths: [path], holds: (facts) => passes(valueAt(facts, path), test.data) };
}

function isConditions(value: unknown): value is readonly ConditionText[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object');
}

function passes(value: string | undefined, test: Test): boolean {
  if (typeof test === 'string') return value === test;
  if (Array.isArray(test)) return value !== undefined && test.includes(value);
  if ('present' in test) return (value !== undefined && value !== '') === test.present;
  return value?.startsWith(test.startsWith) ?? false;
}
