import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { cpuSecondsOf, parseStat, processesBelow } from './cpu.ts';

it('reads parent and ticks of a process whose name holds blanks and brackets', () => {
  const fields = ['S', 41, ...Array(9).fill(0), 7, 5, 300, 1000, 0];
  expect(parseStat(`42 (a ) b) ${fields.join(' ')}`)).toEqual({ parent: 41, ticks: 1312 });
});

it('counts a process that was started below another, and no longer when it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("here"); process.stdin.resume()'], {
    stdio: 'pipe',
  });
  await once(child.stdout, 'data');
  expect(processesBelow(process.pid)).toContain(child.pid);
  const ended = once(child, 'exit');
  child.stdin.end();
  await ended;
  expect(processesBelow(process.pid)).not.toContain(child.pid);
});

it('counts the time of children that have ended', async () => {
  const before = cpuSecondsOf(process.pid);
  const busy = 'const { user } = process.cpuUsage(); while (process.cpuUsage().user - user < 200_000);';
  await once(spawn(process.execPath, ['-e', busy]), 'exit');
  expect(cpuSecondsOf(process.pid) - before).toBeGreaterThanOrEqual(0.15);
});
