import { z } from 'zod';
import { wordsOf } from '../core/path.ts';
import { defineStep } from '../core/step.ts';
import { template } from '../core/template.ts';

/** See its summary. */
export const reply = defineStep({
  name: 'reply',
  summary: 'Put properties into the answer',
  needs: ['reply'],
  gives: ['reply'],
  config: z.strictObject({
    properties: z
      .record(z.string().min(1), template())
      .describe('Property → text, with ${…}; one whose value is missing is left out'),
  }),
  describe: ({ properties }) => ({
    reply: Object.fromEntries(
      Object.entries(properties).map(([name, { text, paths }]) => [name, paths.map(wordsOf).join('; ') || text]),
    ),
  }),
  run(facts, { properties }) {
    const added = Object.entries(properties).flatMap(([name, text]) => {
      const value = text.render(facts);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { reply: { ...facts.reply, ...Object.fromEntries(added) } };
  },
});
