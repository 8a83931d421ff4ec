import { pino } from 'pino';
import type { Log } from '../core/ports.ts';

/** Properties that must never be written, at any depth up to the third; a second line of defence behind the rule never to log them. */
const secrets = ['otp', 'password', 'secret', 'authorization', 'access_token', 'input', 'mobile', 'phonenumber'];

interface LogOptions {
  /** Where lines are written instead of standard output. */
  readonly write?: (line: string) => void;
  /** Number of this process among several of one server. */
  readonly worker?: number | undefined;
}

/** The technical log: JSON lines on standard output, unless told otherwise. */
export function createLog(
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent',
  { write, worker }: LogOptions = {},
): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    level,
    redact: { paths, censor: '[secret]' },
    base: { pid: process.pid, ...(worker !== undefined && { worker }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return write === undefined ? pino(options) : pino(options, { write });
}
