import { expect, it } from 'vitest';
import { Problem, type ProblemCode, problems } from './problem.ts';

it('has one title and status for each outward word of a refusal', () => {
  const refusals = Object.values(problems).filter(({ word }) => word === 'refused');
  expect(refusals.length).toBeGreaterThan(1);
  expect(new Set(refusals.map((row) => JSON.stringify(row))).size).toBe(1);
});

it('has no word that stands for two statuses, but that something is too large', () => {
  const statuses = new Map<string, Set<number>>();
  for (const { word, status } of Object.values(problems)) {
    statuses.set(word, (statuses.get(word) ?? new Set<number>()).add(status));
  }
  const several = [...statuses].filter(([, found]) => found.size > 1).map(([word]) => word);
  expect(several).toEqual(['too-large']);
});

it('keeps what it was given', () => {
  const cause = new Error('underneath');
  const problem = new Problem('rate-limited', 'too many', { cause, retryAfterSeconds: 3, challenge: undefined });
  expect(problem).toMatchObject({ code: 'rate-limited', detail: 'too many', status: 429, cause, retryAfterSeconds: 3 });
  expect(problem.message).toBe('rate-limited: too many');
  expect(new Problem('internal')).toMatchObject({ message: 'internal', status: 500, recorded: false });
  expect(Object.hasOwn(new Problem('internal'), 'cause')).toBe(false);
});

it('has an error status for every code', () => {
  for (const code of Object.keys(problems) as ProblemCode[]) {
    expect(new Problem(code).status).toBeGreaterThanOrEqual(400);
  }
});
