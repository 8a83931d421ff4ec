import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** One process as /proc/<pid>/stat tells of it (proc(5)). */
interface Stat {
  readonly parent: number;
  /** CPU time in ticks: its own, and that of its children that have ended. */
  readonly ticks: number;
}

/** CPU time that a process and all below it have used so far, the ended ones included, in user and kernel, in seconds. */
export function cpuSecondsOf(root: number): number {
  const processes = allProcesses();
  let ticks = 0;
  for (const [pid, stat] of processes) if (isBelow(pid, root, processes)) ticks += stat.ticks;
  return ticks / ticksPerSecond;
}

/** The processes that a process has started, and those that they have. */
export function processesBelow(root: number): readonly number[] {
  const processes = allProcesses();
  return [...processes.keys()].filter((pid) => pid !== root && isBelow(pid, root, processes));
}

/** Memory that a process and all below it hold (VmRSS, proc(5)), in bytes. */
export function memoryOf(root: number): number {
  return [root, ...processesBelow(root)].reduce((sum, pid) => sum + residentOf(pid), 0);
}

function residentOf(pid: number): number {
  return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function allProcesses(): ReadonlyMap<number, Stat> {
  return new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = statOf(Number(name));
        return stat === undefined ? [] : [[Number(name), stat] as const];
      }),
  );
}

function isBelow(pid: number, root: number, processes: ReadonlyMap<number, Stat>): boolean {
  for (let at = pid; at > 0; at = processes.get(at)?.parent ?? 0) if (at === root) return true;
  return false;
}

/** Fields 4 and 14 to 17; the second field, a name, may hold blanks. Undefined when the process has just ended. */
function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return parseStat(stat);
  } catch {
    return undefined;
  }
}

/** Reads the text of /proc/<pid>/stat. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}
