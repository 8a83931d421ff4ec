import { describe, expect, it } from 'vitest';
import type { Ports } from '../core/ports.ts';
import type { Step } from '../core/step.ts';
import { reply } from './reply.ts';
import { replyAttributes } from './reply-attributes.ts';

const facts = {
  reply: { first: '1' },
  input: { note: 'hello' },
  user: { id: 'ada', realm: 'default', attributes: { mail: ['a@example.org', 'b@example.org'], fax: [] } },
};
const run = (step: Step, settings: object) => step.run(facts, step.config.parse(settings), {} as Ports);

describe('reply', () => {
  it('adds to the answer what is there, and leaves out what is not', () => {
    const properties = { note: 'It says ${input.note}', absent: '${input.absent}', fixed: 'text' };
    expect(run(reply, { properties })).toEqual({
      reply: { first: '1', note: 'It says hello', fixed: 'text' },
    });
  });

  it('describes each property by what fills it', () => {
    const settings = reply.config.parse({ properties: { id: '${user.id}', fixed: 'text' } });
    expect(reply.describe(settings).reply).toEqual({ id: 'User name as the directory spells it', fixed: 'text' });
  });
});

describe('reply-attributes', () => {
  it('adds the first value of each attribute, and leaves out what the person has not', () => {
    const attributes = { email: 'mail', fax: 'fax', phone: 'mobile', odd: 'constructor' };
    expect(run(replyAttributes, { attributes })).toEqual({ reply: { first: '1', email: 'a@example.org' } });
  });

  it('describes each property by its attribute', () => {
    const settings = replyAttributes.config.parse({ attributes: { email: 'mail' } });
    expect(replyAttributes.describe(settings).reply).toEqual({ email: 'Directory attribute mail' });
  });
});
