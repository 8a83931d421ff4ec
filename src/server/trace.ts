import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(16 * 256);
let used = pool.length;

/** The trace id of a request: the caller's, where it sent a valid `traceparent` (W3C Trace Context §3.2), else a new random one; 32 hexadecimal digits. */
export function traceOf(traceparent: unknown): string {
  if (typeof traceparent === 'string') {
    const [, trace] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent) ?? [];
    if (trace !== undefined && trace !== '0'.repeat(32)) return trace;
  }
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.toString('hex', used - 16, used);
}
