import { z } from 'zod';
import { Problem } from '../core/problem.ts';
import { defineStep } from '../core/step.ts';

/** See its summary. Stands inside a `when`. */
export const refuse = defineStep({
  name: 'refuse',
  summary: 'End the operation with a refusal',
  needs: [],
  gives: [],
  config: z.strictObject({ reason: z.string().min(1).describe('Why, for the log; the caller is not told') }),
  run(_facts, { reason }) {
    throw new Problem('refused', reason);
  },
});
