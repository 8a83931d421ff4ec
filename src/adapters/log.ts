import { pino } from 'pino';
import type { Log } from '../core/ports.ts';

/** Properties that must never be written, at any depth up to the third; a second line of defence behind the rule never to log them. */
const secrets = ['otp', 'password', 'secret', 'authorization', 'access_token', 'input', 'mobile', 'phonenumber'];

/** The technical log: JSON lines on standard output, or wherever they are written instead. */
export function createLog(
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent',
  instead?: { write(line: string): void },
): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    level,
    redact: { paths, censor: '[secret]' },
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return instead === undefined ? pino(options) : pino(options, instead);
}
