import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type ServerProcess, start } from './processes.ts';

/** A PostgreSQL of the bench's own, on loopback. */
export interface Postgres {
  readonly server: ServerProcess;
  /** Version, and the settings that decide what is durable. */
  readonly words: string;
  has(database: string): boolean;
  /** The address of a database, as `store` takes it. */
  addressOf(database: string): string;
  /** Makes a database, as a copy of another one where that is named. */
  create(database: string, like?: string): void;
  rename(database: string, name: string): void;
  drop(database: string): void;
  /** Ends it in order, so that its files can be used again. */
  end(): Promise<void>;
}

const versions = '/usr/lib/postgresql';

/** Why there is no PostgreSQL to be measured with; undefined when there is one. */
export function postgresMissing(): string | undefined {
  return programs() === undefined ? 'PostgreSQL is not installed (apt-get install postgresql)' : undefined;
}

/**
 * Starts PostgreSQL on a folder, which is made when it is not there. Everything that makes commits durable is left as PostgreSQL has it;
 * memory is as a small installation would set it.
 */
export async function startPostgres(folder: string): Promise<Postgres> {
  const bin = programs();
  if (bin === undefined) throw new Error(postgresMissing());
  const data = join(folder, 'data');
  const user = unprivileged();
  mkdirSync(folder, { recursive: true });
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  if (!existsSync(data)) initialise(bin, folder, data, user);
  mustBeFree(data);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    shared_buffers: '512MB',
    max_wal_size: '4GB',
  };
  const words = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = await start({
    program: join(bin, 'postgres'),
    words,
    cwd: folder,
    ...(user && { user }),
    ready: /ready to accept/,
    readyOn: 'stderr',
    port,
  });
  const query = (text: string) =>
    execFileSync(
      join(bin, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'portvakt', '-d', 'postgres', '-Atqc', text],
      {
        encoding: 'utf8',
      },
    ).trim();
  const postgres: Postgres = {
    server,
    words: `PostgreSQL ${query('SHOW server_version')}, fsync ${query('SHOW fsync')}, synchronous_commit ${query('SHOW synchronous_commit')}`,
    has: (database) => query(`SELECT 1 FROM pg_database WHERE datname = '${database}'`) === '1',
    addressOf: (database) => `postgres://portvakt@127.0.0.1:${port}/${database}`,
    create(database, like) {
      query(`CREATE DATABASE ${database}${like === undefined ? '' : ` TEMPLATE ${like} STRATEGY FILE_COPY`}`);
    },
    rename: (database, name) => void query(`ALTER DATABASE ${database} RENAME TO ${name}`),
    drop: (database) => void query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
    async end() {
      dropRuns();
      await server.end('SIGINT');
    },
  };
  // Of a run that ended early, too.
  function dropRuns(): void {
    const left = query("SELECT datname FROM pg_database WHERE datname LIKE 'run%'").split('\n');
    for (const database of left) if (database !== '') postgres.drop(database);
  }
  dropRuns();
  return postgres;
}

/** The first line of postmaster.pid is the process that uses the files; it stays behind when that is killed. @throws Error */
function mustBeFree(data: string): void {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const isAlive = existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  if (isAlive) throw new Error(`another bench is running: its PostgreSQL is process ${pid}`);
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

function initialise(bin: string, cwd: string, data: string, user: User | undefined): void {
  const words = ['-D', data, '-U', 'portvakt', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  const made = spawnSync(join(bin, 'initdb'), words, { ...user, cwd, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
}

/** PostgreSQL refuses to run as root: then it runs as whoever owns nothing. */
function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Debian keeps each version in a folder of its own. */
function programs(): string | undefined {
  const numbers = existsSync(versions) ? readdirSync(versions).map(Number).filter(Number.isFinite) : [];
  return numbers.length === 0 ? undefined : join(versions, String(Math.max(...numbers)), 'bin');
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
