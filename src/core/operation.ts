import { z } from 'zod';
import { type ConditionText, conditionSchema } from './condition.ts';

/** One line of an operation: a step with its settings, or lines that run only when a condition holds. */
export type Line =
  | { readonly step: string; readonly [setting: string]: unknown }
  | { readonly when: ConditionText; readonly then: readonly Line[] };

const lineSchema: z.ZodType<Line> = z.lazy(() =>
  z.union([
    z.strictObject({ when: conditionSchema, then: z.array(lineSchema).min(1) }),
    z.looseObject({ step: z.string(), when: z.never().optional() }),
  ]),
) as z.ZodType<Line>;

/** An operation as it is written: what it is for, and its steps from top to bottom. The form of presets and configuration alike. */
export const operationSchema = z.strictObject({
  summary: z.string().describe('What the operation is for, in one sentence; shown in the API documentation'),
  steps: z.array(lineSchema).min(1).describe('What it does, from top to bottom'),
});

/** See {@link operationSchema}. */
export type Operation = z.infer<typeof operationSchema>;

/** Declares operations that ship as presets. */
export function defineOperations<const Name extends string>(
  operations: Record<Name, Operation>,
): Record<Name, Operation> {
  return operations;
}
