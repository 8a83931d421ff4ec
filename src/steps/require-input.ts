import { z } from 'zod';
import { Problem } from '../core/problem.ts';
import { defineStep } from '../core/step.ts';

/** See its summary. An empty text counts as missing nothing: it is refused by whoever looks at it. */
export const requireInput = defineStep({
  name: 'require-input',
  summary: 'Go on only if these properties are in the request',
  needs: ['input'],
  gives: [],
  config: z.strictObject({ properties: z.array(z.string().min(1)).min(1).describe('Names of the properties') }),
  describe: ({ properties }) => ({ required: properties }),
  run({ input }, { properties }) {
    const missing = properties.find((property) => input[property] === undefined);
    if (missing !== undefined) throw new Problem('property-missing', 'must be there', { property: missing });
    return {};
  },
});
