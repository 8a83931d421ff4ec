import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt, type Site } from '../support/server-process.ts';
import { workersOf } from '../support/worker-processes.ts';

/** Several processes start, one after the other, with pauses between. */
const patient = 300_000;

/**
 * Has the workers of the servers that `start` starts die before they do anything, as long as the file `broken` is there; each leaves a mark.
 *
 * They come from the same Node.js as the first process, which loads what NODE_OPTIONS names.
 */
function withDyingWorkers<R>({ folder }: Site, start: () => R): R {
  const script = join(folder, 'die.cjs');
  const lines = [
    "const { appendFileSync, existsSync } = require('node:fs');",
    `if (/worker\\.[jt]s$/.test(process.argv[1] ?? '') && existsSync(${JSON.stringify(join(folder, 'broken'))})) {`,
    `  appendFileSync(${JSON.stringify(join(folder, 'deaths'))}, 'x');`,
    '  process.exit(7);',
    '}',
  ];
  writeFileSync(script, lines.join('\n'));
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `--require ${script}`;
  try {
    return start();
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
}

const breakIt = ({ folder }: Site) => writeFileSync(join(folder, 'broken'), '');
const deathsIn = ({ folder }: Site) =>
  existsSync(join(folder, 'deaths')) ? readFileSync(join(folder, 'deaths'), 'utf8').length : 0;
const serveWords = ({ file, data }: Site) => ['serve', '--config', file, '--data', data, '--workers', '2', '--port'];

it('does not start when its workers do not, and says why', { timeout: patient }, async () => {
  const site = makeSite(simpleConfig());
  breakIt(site);
  const { ended, output } = withDyingWorkers(site, () => runPortvakt(...serveWords(site), '0'));
  expect(await ended).toBe(1);
  expect(output()).toMatch(/worker \d .*(7|ended|died)/i);
  expect(output()).not.toMatch(/answers at/);
  // Each was tried once.
  expect(deathsIn(site)).toBeLessThanOrEqual(2);
});

it('gives up when no worker is left and none that is started lives', { timeout: patient }, async () => {
  const site = makeSite(simpleConfig(undefined, { log: { level: 'error' } }));
  const server = await withDyingWorkers(site, () => site.serve('--workers', '2'));
  const workers = workersOf(server);
  expect(workers).toHaveLength(2);
  breakIt(site);
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await server.hear(/No worker is left, and none can be started: .+\n/);
  // It stops by itself; the signal of `stop` comes too late to matter.
  const ended = new Promise((resolve) => server.child.once('exit', (code) => resolve(code)));
  expect(server.child.exitCode ?? (await ended)).toBe(1);
  // It did not spin: a few times each, with longer and longer pauses between.
  expect(deathsIn(site)).toBeGreaterThanOrEqual(7);
  expect(deathsIn(site)).toBeLessThanOrEqual(18);
});

it('starts no worker where the port is taken, or the store cannot be opened', { timeout: patient }, async () => {
  const site = makeSite(simpleConfig());
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { readonly port: number };
  breakIt(site);
  const taken = withDyingWorkers(site, () => runPortvakt(...serveWords(site), String(port)));
  expect(await taken.ended).toBe(1);
  expect(taken.output()).toMatch(new RegExp(`port ${port}|:${port}`, 'i'));

  writeFileSync(join(site.data, 'portvakt.db'), 'no database at all, but something else that lies there instead of it');
  const broken = withDyingWorkers(site, () => runPortvakt(...serveWords(site), '0'));
  expect(await broken.ended).toBe(1);
  expect(broken.output()).toMatch(/not a database/);
  expect(deathsIn(site)).toBe(0);
});
