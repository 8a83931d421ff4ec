import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort, isListening } from './slapd.ts';

/** A real PostgreSQL of its own, on a free port of loopback, with its files in a temporary folder. */
export interface Postgres {
  readonly port: number;
  /** Process id of the server. */
  pid(): number;
  /** The address of an empty schema that nobody has asked for yet, as `store` takes it. */
  fresh(): string;
  /** Asks the database itself. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Ends the server at once, connections and all; the data stay. */
  halt(): Promise<void>;
  /** Starts it again, on the same port. */
  resume(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

/** Starts one, with room for so many stores. `files` are put beside its data, where settings find them by their names. */
export async function startPostgres(
  stores = 20,
  settings: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-postgres-'));
  const data = join(folder, 'data');
  const programs = newestPrograms();
  const user = unprivileged(folder);
  mkdirSync(data);
  if (user !== undefined) chownSync(data, user.uid, user.gid);
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'portvakt', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    {
      ...user,
      cwd: folder,
      encoding: 'utf8',
    },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if (user !== undefined) chownSync(join(data, name), user.uid, user.gid);
  }
  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    port: `${port}`,
    unix_socket_directories: folder,
    shared_buffers: '32MB',
    ...settings,
  };
  const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ReturnType<typeof spawn> | undefined;

  async function resume(): Promise<void> {
    child = spawn(join(programs, 'postgres'), ['-D', data, ...words], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const started = child;
    let said = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    while (!((await isListening(port)) && /ready to accept/.test(said))) {
      if (started.exitCode !== null) throw new Error(`postgres ended with ${started.exitCode}: ${said}`);
      await pause(20);
    }
  }
  async function halt(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    // "Immediate shutdown": as a crash, but no process of it is left behind (PostgreSQL §19.5).
    child.kill('SIGQUIT');
    await ended;
  }
  async function query(text: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'portvakt', database: 'postgres' });
    // A connection that breaks is told of by whatever was asked over it.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }
  let count = 0;
  await resume();
  await query(Array.from({ length: stores }, (_, index) => `CREATE SCHEMA s${index + 1};`).join(' '));
  return {
    port,
    pid: () => child?.pid ?? 0,
    fresh() {
      count += 1;
      if (count > stores) throw new Error(`this PostgreSQL has room for ${stores} stores`);
      return addressOf(port, count);
    },
    query,
    halt,
    resume,
    async end() {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function addressOf(port: number, schema: number): string {
  return `postgres://portvakt@127.0.0.1:${port}/postgres?options=${encodeURIComponent(`-csearch_path=s${schema}`)}`;
}

/** PostgreSQL refuses to run as root: then it runs as whoever owns nothing. */
function unprivileged(folder: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout),
  );
  chownSync(folder, uid, gid);
  return { uid, gid };
}

/** Debian keeps each version in a folder of its own. */
function newestPrograms(): string {
  const folder = '/usr/lib/postgresql';
  const versions = existsSync(folder) ? readdirSync(folder).map(Number).filter(Number.isFinite) : [];
  if (versions.length === 0)
    throw new Error('the tests of the PostgreSQL store need PostgreSQL: apt-get install postgresql');
  return join(folder, `${Math.max(...versions)}`, 'bin');
}
