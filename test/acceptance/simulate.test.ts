import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { eids, operationsOf, somebody } from '../support/eids.ts';
import { simpleConfig } from '../support/server.ts';
import { type Line, makeSite, runPortvakt } from '../support/server-process.ts';

/** `portvakt simulate`: what it prints, and what one may do with its page. */
async function simulate(...words: readonly string[]) {
  const { child, ended, hear, output } = runPortvakt('simulate', ...words);
  await hear(/Ctrl-C stops it\./);
  const [, snippet = ''] = /into the configuration:\n\n([\s\S]*)\nCtrl-C/.exec(output()) ?? [];
  const [page = ''] = [...output().matchAll(/the user is played at (\S+)/g)].map(([, url]) => url ?? '');
  return {
    settings: parse(snippet) as Record<string, { readonly default: { readonly url: string } }>,
    async approveNewest() {
      const [order] = (await (await fetch(new URL('orders', page))).json()) as { readonly ref: string }[];
      const body = JSON.stringify({ person: somebody.personalNumber });
      return fetch(new URL(`orders/${encodeURIComponent(order?.ref ?? '')}/approve`, page), { method: 'POST', body });
    },
    stop() {
      child.kill('SIGINT');
      return ended;
    },
    output,
  };
}

async function identify(line: Line, simulation: Awaited<ReturnType<typeof simulate>>): Promise<unknown> {
  const { start, check } = eids.freja;
  const started = await line.put(start.operation, start.body);
  if (started?.status !== 200) return started?.status;
  await simulation.approveNewest();
  const { authRef } = JSON.parse(started.body) as { readonly authRef: string };
  const told = await line.put(check.operation, { authRef }, { prefer: 'wait=20' });
  return (JSON.parse(told?.body ?? '{}') as { readonly status?: string }).status;
}

/** The first of two free ports one after the other, below those that the system gives out by itself. */
async function freePair(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.allSettled([port, port + 1].map(listenBriefly));
    if (free.every(({ status }) => status === 'fulfilled')) return port;
  }
}

async function listenBriefly(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

it('plays a service that the configuration it prints connects to, and another in its place once the files are new', async () => {
  const tenant = { operations: operationsOf(['freja']), callers: [{ open: true }] };
  const site = makeSite(simpleConfig({}, { tenants: { t1: tenant }, include: 'freja.yaml', log: { level: 'warn' } }));
  const folder = join(site.folder, 'certificates');
  const port = String(await freePair());
  const first = await simulate('freja', '--folder', folder, '--port', port);
  writeFileSync(join(site.folder, 'freja.yaml'), JSON.stringify(first.settings));
  expect(statSync(join(folder, 'freja', 'client.key')).mode & 0o777).toBe(0o600);
  const server = await site.serve();
  const [line] = await server.connect(1);
  expect(await identify(line as Line, first)).toBe('APPROVED');

  expect(await first.stop()).toBe(0);
  expect(first.output()).toMatch(/Stopped\.\n$/);
  const second = await simulate('freja', '--folder', folder, '--port', port);
  // Files are looked at again every five seconds; until then the new service is one of an authority that nobody believes.
  let outcome = await identify(line as Line, second);
  for (; outcome === 502; outcome = await identify(line as Line, second)) await pause(500);
  expect(outcome).toBe('APPROVED');
  expect(await server.stop()).toBe(0);
  expect(await second.stop()).toBe(0);
});

it('ends with a sentence when a port is taken, be it that of the page', async () => {
  const port = await freePair();
  const folder = join(makeSite({}).folder, 'certificates');
  for (const taken of [port, port + 1]) {
    const other = createServer().listen(taken, '127.0.0.1');
    await once(other, 'listening');
    const { ended, output } = runPortvakt('simulate', 'netid', '--folder', folder, '--port', String(port));
    expect(await ended).toBe(1);
    expect(output()).toContain(`Port ${taken} of 127.0.0.1 is taken.`);
    other.close();
  }
});

it('plays all three, on ports one after the other', async () => {
  const { settings, stop } = await simulate('all', '--folder', join(makeSite({}).folder, 'certificates'));
  expect(Object.keys(settings)).toEqual(['bankid', 'freja', 'netid']);
  expect(new Set(Object.values(settings).map((connection) => connection.default.url)).size).toBe(3);
  expect(await stop()).toBe(0);
});

it('names the setting of a certificate that cannot be used, in config check and at the start', async () => {
  const netid = { default: { url: 'https://localhost/nias', tls: { ca: ['/nowhere/ca.pem'] } } };
  const site = makeSite(simpleConfig({}, { netid }));
  const fault = /portvakt\.yaml:\d+:\d+: netid\.default\.tls\.ca: \/nowhere\/ca\.pem cannot be read \(ENOENT\)$/;
  for (const command of [
    ['config', 'check'],
    ['serve', '--port', '0'],
  ]) {
    const { ended, output } = runPortvakt(...command, '--config', site.file, '--data', site.data);
    expect(await ended).toBe(1);
    expect(output().trim()).toMatch(fault);
  }
});
