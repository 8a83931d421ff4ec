import { z } from 'zod';
import { defineStep } from '../core/step.ts';

/** See its summary. The first value of an attribute with several; one the person has not is left out. */
export const replyAttributes = defineStep({
  name: 'reply-attributes',
  summary: 'Add attributes of the person, as the directory has them, to the answer',
  needs: ['reply', 'user'],
  gives: ['reply'],
  config: z.strictObject({
    attributes: z
      .record(z.string().min(1), z.string().min(1))
      .describe('Property of the answer → attribute of the person'),
  }),
  describe: ({ attributes }) => ({
    reply: Object.fromEntries(
      Object.entries(attributes).map(([name, attribute]) => [name, `Directory attribute ${attribute}`]),
    ),
  }),
  run({ reply, user }, { attributes }) {
    const added = Object.entries(attributes).flatMap(([name, attribute]) => {
      const value = Object.hasOwn(user.attributes, attribute) ? user.attributes[attribute]?.[0] : undefined;
      return value === undefined ? [] : [[name, value] as const];
    });
    return { reply: { ...reply, ...Object.fromEntries(added) } };
  },
});
