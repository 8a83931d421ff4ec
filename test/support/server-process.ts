import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadPortvaktConfig, openPortvakt } from '../../src/compose.ts';
import { keepEvents, keepOutput, neverWrite } from './output.ts';
import { openRaw, putBytes, type RawAnswer, type RawConnection } from './raw.ts';

/** A configuration file and a data folder, for any number of processes; gone after the test. */
export interface Site {
  readonly folder: string;
  readonly file: string;
  readonly data: string;
  /** Starts `portvakt serve` in one process of its own, unless told otherwise, on any free port; it does not outlive the test. */
  serve(...words: readonly string[]): Promise<ServerProcess>;
  /** The same, in a process that may write no file beyond so many kilobytes. */
  serveOnFullDisk(kilobytes: number): Promise<ServerProcess>;
  /** The audit log. To be asked for when no process is serving any more. */
  events(): Promise<readonly Record<string, unknown>[]>;
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Empty when the configuration has no management listener. */
  readonly managementUrl: string;
  /** All that it wrote so far, to standard output and standard error. */
  output(): string;
  /** Waits until it has written something of this form. */
  hear(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to stop and waits until it has; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Opens so many connections, which are kept. */
  connect(count: number): Promise<Line[]>;
}

/** A connection over which operations are asked for, one after the other. */
export interface Line {
  readonly connection: RawConnection;
  /** Undefined when the connection broke before the answer was whole. */
  put(operation: string, body: object, headers?: Readonly<Record<string, string>>): Promise<RawAnswer | undefined>;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What the demo tells to try out, which holds its credentials. */
const demoExamples = /\nOpen http[\s\S]*\nCtrl-C stops it\.\n/;

/** Takes what has to be done in the end. */
type Until = (end: () => Promise<void>) => void;

/** A server process that the tests of a file share; it ends with the last of them. */
export function sharedProcess(config: object): () => ServerProcess & { readonly site: Site } {
  let server: (ServerProcess & { readonly site: Site }) | undefined;
  beforeAll(async () => {
    const ends: (() => Promise<void>)[] = [];
    const site = makeSite(config, (end) => void ends.unshift(end));
    server = { ...(await site.serve()), site };
    return async () => {
      for (const end of ends) await end();
    };
  });
  return () => {
    if (server === undefined) throw new Error('the server is there once the tests run');
    return server;
  };
}

/** A place for servers with this configuration. */
export function makeSite(config: object, until: Until = onTestFinished): Site {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-site-'));
  const file = join(folder, 'portvakt.yaml');
  const data = join(folder, 'data');
  writeFileSync(file, stringify(config));
  neverWrite(parse(readFileSync(file, 'utf8')));
  until(async () => {
    keepEvents(data);
    rmSync(folder, { recursive: true, force: true });
  });
  const serveBy = async (program: readonly string[], words: readonly string[]) => {
    const alone = words.includes('--workers') ? [] : ['--workers', '0'];
    const all = ['serve', '--config', file, '--data', data, '--port', '0', ...alone, ...words];
    const child = start(all, until, program);
    const written = await child.hear(/answers at (\S+?)(?:;.* at (\S+))?\n/);
    return toServer(child, written[1] ?? '', written[2] ?? '');
  };
  return {
    folder,
    file,
    data,
    serve: (...words) => serveBy([], words),
    serveOnFullDisk: (kilobytes) =>
      // The signal is ignored so that the write fails instead (POSIX, setrlimit).
      serveBy(['sh', '-c', `trap '' XFSZ; ulimit -f ${kilobytes * 2}; exec "$@"`, 'sh'], []),
    async events() {
      const portvakt = await openPortvakt(loadPortvaktConfig(file, { data }));
      const entries = await portvakt.ports.store.events(0, 1_000_000);
      await portvakt.ports.store.close();
      return entries.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    },
  };
}

/** `portvakt` as a process of its own, with this very Node.js; it does not outlive the test. */
export function runPortvakt(...words: readonly string[]) {
  return start(words, onTestFinished);
}

function start(words: readonly string[], until: Until, by: readonly string[] = []) {
  const [program = process.execPath, ...all] = [...by, process.execPath, main, ...words];
  const child = spawn(program, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  until(async () => {
    child.kill('SIGKILL');
    await ended;
    keepOutput(`portvakt ${words[0]}`, words[0] === 'serve' ? output.replace(demoExamples, '') : complaints);
  });
  let output = '';
  // Standard output of a command is its answer, which may be a secret that was asked for.
  let complaints = '';
  let onOutput = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (stream === child.stderr) complaints += text;
      onOutput();
    });
  }
  async function hear(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) return found;
      const more = new Promise<true>((resolve) => {
        onOutput = () => resolve(true);
      });
      const goesOn = await Promise.race([more, ended.then(() => false)]);
      if (!goesOn) throw new Error(`the process ended and had said: ${output}`);
    }
  }
  return { child, ended, hear, output: () => output };
}

function toServer(
  { child, ended, hear, output }: ReturnType<typeof start>,
  url: string,
  managementUrl: string,
): ServerProcess {
  return {
    child,
    url,
    managementUrl,
    output,
    hear,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
    connect: (count) => Promise.all(Array.from({ length: count }, () => openLine(url))),
  };
}

async function openLine(url: string): Promise<Line> {
  const connection = await openRaw(url);
  return {
    connection,
    async put(operation, body, headers) {
      neverWrite([body, headers]);
      connection.send(putBytes(operation, JSON.stringify(body), headers));
      const answer = await connection.receive();
      if (answer?.header('content-type')?.includes('json')) neverWrite(JSON.parse(answer.body));
      return answer;
    },
  };
}
