import { describe, expect, it } from 'vitest';
import { traceOf } from './trace.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the trace of a request', () => {
  // W3C Trace Context §3.2: the example, and versions yet to come.
  it.each([`00-${trace}-00f067aa0ba902b7-01`, `cc-${trace}-00f067aa0ba902b7-09`])('is the caller’s: %s', (header) => {
    expect(traceOf(header)).toBe(trace);
  });

  it.each([
    undefined,
    '',
    trace,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${trace}-00f067aa0ba902b7`,
    `00-${trace}-00f067aa0ba902b7-01\n`,
    `00-${trace}x-00f067aa0ba902b7-01`,
    [`00-${trace}-00f067aa0ba902b7-01`],
  ])('is a new one where the caller’s is none: %j', (header) => {
    expect(traceOf(header)).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(traceOf(header)).not.toBe(trace);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 2000 }, () => traceOf(undefined))).size).toBe(2000);
  });
});
