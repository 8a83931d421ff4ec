import { expect, it } from 'vitest';
import { createLog } from '../adapters/log.ts';
import { Problem } from '../core/problem.ts';
import { logFault } from './log-fault.ts';

function lineOf(problem: Problem): Record<string, unknown> {
  const lines: string[] = [];
  logFault(createLog('debug', { write: (line) => lines.push(line) }), 'abc', problem, 'request failed');
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

it('tells in a sentence who failed and why, and writes no stack for it', () => {
  const cause = new Error('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
  const line = lineOf(new Problem('unavailable', 'bankid', { cause }));
  expect(line).toMatchObject({ trace: 'abc', problem: 'unavailable', detail: 'bankid', msg: 'request failed' });
  expect(line).toHaveProperty('cause', 'fetch failed: connect ECONNREFUSED 127.0.0.1:1');
  expect(line).not.toHaveProperty('err');
});

it('writes the stack where something is broken here', () => {
  expect(lineOf(new Problem('internal', '', { cause: new Error('oops') }))).toMatchObject({
    err: { message: 'oops', stack: expect.stringContaining('log-fault.test') },
  });
});
