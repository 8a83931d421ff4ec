import { expect, it } from 'vitest';
import { createBulkhead } from './bulkhead.ts';

/** Tasks that end when told. */
function tasks() {
  const ends: (() => void)[] = [];
  const started: string[] = [];
  const task = (name: string) => () =>
    new Promise<string>((resolve) => {
      started.push(name);
      ends.push(() => resolve(name));
    });
  return { task, started, endFirst: () => ends.shift()?.() };
}

it('runs no more than it may at once, and the others in the order they came', async () => {
  const { task, started, endFirst } = tasks();
  const { run } = createBulkhead({ atOnce: 2, waiting: 2 });
  const all = ['a', 'b', 'c', 'd'].map((name) => run(task(name)));
  await Promise.resolve();
  expect(started).toEqual(['a', 'b']);
  endFirst();
  await all[0];
  await expect.poll(() => started).toEqual(['a', 'b', 'c']);
  endFirst();
  await expect.poll(() => started).toEqual(['a', 'b', 'c', 'd']);
});

it('turns away whoever comes when too many wait', async () => {
  const { task } = tasks();
  const { run } = createBulkhead({ atOnce: 1, waiting: 1 });
  void run(task('a'));
  void run(task('b'));
  await expect(run(task('c'))).rejects.toMatchObject({ code: 'unavailable' });
});

it('frees the place of a task that failed', async () => {
  const { run } = createBulkhead({ atOnce: 1, waiting: 0 });
  await expect(run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(run(() => Promise.resolve('next'))).resolves.toBe('next');
});

it('lets go of one who stopped waiting', async () => {
  const { task, started, endFirst } = tasks();
  const { run } = createBulkhead({ atOnce: 1, waiting: 1 });
  void run(task('a'));
  const impatient = new AbortController();
  const given = run(task('b'), impatient.signal);
  impatient.abort(new Error('too long'));
  await expect(given).rejects.toThrow('too long');
  void run(task('c'));
  endFirst();
  await expect.poll(() => started).toEqual(['a', 'c']);
});
