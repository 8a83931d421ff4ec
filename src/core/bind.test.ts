import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bind } from './bind.ts';
import type { Line } from './operation.ts';
import { defineStep } from './step.ts';
import { template } from './template.ts';

const steps = [
  defineStep({
    name: 'find',
    summary: '',
    needs: ['input'],
    gives: ['user'],
    config: z.strictObject({ property: z.string().default('username') }),
    describe: ({ property }) => ({ input: { [property]: 'Who' }, required: [property] }),
    run: () => ({ user: { id: '', realm: '', attributes: {} } }),
  }),
  defineStep({
    name: 'group/greet',
    summary: '',
    needs: ['user'],
    gives: [],
    config: z.strictObject({ words: template().optional(), deep: z.array(z.object({ words: template() })).optional() }),
    records: true,
    describe: () => ({ reply: { greeting: 'A greeting' } }),
    run: () => ({}),
  }),
  defineStep({
    name: 'far/ask',
    summary: '',
    needs: [],
    gives: [],
    config: z.strictObject({ connection: z.string().default('default') }),
    backend: ({ connection }) => ({ kind: 'far', name: connection }),
    run: () => ({}),
  }),
];

function bindSteps(...lines: readonly Line[]) {
  const { operations, faults } = bind({ op: { summary: 'Says hello', steps: [...lines] } }, steps);
  return {
    operation: operations.get('op'),
    faults: faults.map(({ path, message }) => `${path.join('.')}: ${message}`),
  };
}

describe('an operation that is right', () => {
  it('is bound with its settings and what they describe', () => {
    const { operation, faults } = bindSteps({ step: 'find', property: 'name' }, { step: 'group/greet' });
    expect(faults).toEqual([]);
    expect(operation).toMatchObject({
      name: 'op',
      summary: 'Says hello',
      records: true,
      lines: [{ settings: { property: 'name' } }, {}],
      words: { input: { name: 'Who' }, required: ['name'], reply: { greeting: 'A greeting' } },
    });
  });

  it('demands nothing of what stands in a condition, and does not count on its event', () => {
    const { operation } = bindSteps({ when: { 'tenant.id': 't1' }, then: [{ step: 'find' }, { step: 'group/greet' }] });
    expect(operation).toMatchObject({ records: false, words: { input: { username: 'Who' }, required: [] } });
  });
});

it('tells each connection that an operation needs, be it in a condition', () => {
  const lines = [{ step: 'far/ask' }, { step: 'far/ask' }, { step: 'far/ask', connection: 'other' }];
  const { operation } = bindSteps({ step: 'find' }, { when: { 'tenant.id': 't1' }, then: lines });
  expect(operation?.backends).toEqual([
    { kind: 'far', name: 'default' },
    { kind: 'far', name: 'other' },
  ]);
});

describe('an operation that is wrong', () => {
  it.each<[string, readonly Line[], string]>([
    [
      'an unknown step',
      [{ step: 'fly' }],
      'operations.op.steps.0.step: there is no step "fly"; docs/steps.md lists them',
    ],
    ['a step without its group', [{ step: 'greet' }], 'did you mean "group/greet"?'],
    [
      'a step too early',
      [{ step: 'group/greet' }],
      'steps.0: step "group/greet" needs "user", which is given by "find"',
    ],
    ['an unknown setting', [{ step: 'find', colour: 'red' }], 'operations.op.steps.0.colour: unknown setting "colour"'],
    ['a setting of another type', [{ step: 'find', property: 5 }], 'operations.op.steps.0.property: '],
    [
      'a place that is not known yet',
      [{ step: 'find' }, { step: 'group/greet', words: '${enrolment.secret}' }],
      '"enrolment.secret" is not known here: "enrolment" no step gives',
    ],
    [
      'such a place deep in the settings',
      [{ step: 'find' }, { step: 'group/greet', deep: [{ words: '${enrolment.secret}' }] }],
      'operations.op.steps.1: "enrolment.secret" is not known here',
    ],
    [
      'a condition on what is not known yet',
      [{ when: { 'user.id': 'a' }, then: [{ step: 'find' }] }],
      'operations.op.steps.0.when: "user.id" is not known here: "user" is given by "find"',
    ],
    [
      'a condition that is none',
      [{ when: { 'weather.today': 'rain' }, then: [{ step: 'find' }] }],
      'operations.op.steps.0.when: there is no fact "weather"',
    ],
    [
      'what was given in a condition only',
      [{ when: { 'tenant.id': 't1' }, then: [{ step: 'find' }] }, { step: 'group/greet' }],
      'operations.op.steps.1: step "group/greet" needs "user"',
    ],
    [
      'a fault in a condition',
      [{ when: { 'tenant.id': 't1' }, then: [{ step: 'fly' }] }],
      'operations.op.steps.0.then.0.step: there is no step "fly"',
    ],
  ])('is told where and why: %s', (_, lines, fault) => {
    expect(bindSteps(...lines).faults).toEqual([expect.stringContaining(fault)]);
  });

  it('is told all that is wrong at once', () => {
    const lines = [{ step: 'fly' }, { step: 'find', a: 1, b: 2 }, { step: 'group/greet', words: '${x}' }];
    expect(bindSteps(...lines).faults).toHaveLength(3);
  });
});
