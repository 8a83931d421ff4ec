import { ConfigFaults } from '../config/config-faults.ts';
import { Problem } from '../core/problem.ts';
import { CommandFailed } from './open.ts';

/** What went wrong, in lines for the person at the terminal. */
export function inPlainWords(error: unknown): string {
  if (error instanceof ConfigFaults)
    return [
      `The configuration has ${error.lines.length === 1 ? 'a fault' : `${error.lines.length} faults`}:`,
      ...error.lines,
    ].join('\n');
  if (error instanceof CommandFailed) return error.message;
  if (error instanceof Problem)
    return `${error.detail || error.code}${causesOf(error)
      .map((message) => ` (${message})`)
      .join('')}`;
  return error instanceof Error ? error.message : String(error);
}

/** What lies behind it, from the nearest to the farthest. */
function causesOf({ cause }: Error): readonly string[] {
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : [];
}
