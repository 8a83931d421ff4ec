import { openPortvakt, startPortvakt } from '../compose.ts';
import { createDemo, type DemoSurroundings } from '../compose-demo.ts';
import { demoStateOf, type RunningPrimary, startWorkers, tryToOpen, wantRestart } from '../compose-workers.ts';
import type { Loaded } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { CommandFailed, say } from './open.ts';
import { inPlainWords } from './plain-words.ts';
import { inTurn } from './serve-signals.ts';

/** What is to be served, and by how many processes. */
export interface Serving extends DemoSurroundings {
  readonly loaded: Loaded;
  /** Reads the configuration anew. @throws ConfigFaults */
  read(): Promise<Loaded>;
  readonly count: number;
}

/** A server that answers. */
export interface Served {
  readonly url: string;
  readonly managementUrl: string | undefined;
  /** What a demo tells to try out. */
  readonly tryOut?: readonly { readonly title: string; readonly command: string }[] | undefined;
  stop(): Promise<void>;
  /** Ends at once what is not this process. */
  kill(): void;
}

/** Answers in this process. */
export async function serveAlone({ loaded, ...surroundings }: Serving): Promise<Served> {
  const portvakt = await openPortvakt(loaded);
  const demo = portvakt.config.demo ? createDemo(portvakt, surroundings) : undefined;
  try {
    const server = await startPortvakt(portvakt, demo);
    const { url, managementUrl } = server;
    const state = await demo?.state(url, managementUrl);
    return { url, managementUrl, tryOut: state?.tryOut, stop: () => server.stop(), kill: () => {} };
  } catch (error) {
    await portvakt.ports.store.close();
    throw error;
  }
}

/** Has others answer; SIGHUP replaces them by such with the configuration as it is then. */
export async function serveByWorkers({ loaded, read, count, ...surroundings }: Serving): Promise<Served> {
  const demo = loaded.config.demo ? surroundings : undefined;
  const onGiveUp = ({ message }: Error) => {
    process.stderr.write(`No worker is left, and none can be started: ${message}\n`);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  };
  const starting = startWorkers(loaded, { count, demo, onGiveUp });
  let { config } = loaded;
  const reload = async () => {
    try {
      config = await reloadAs(await starting, config, await read());
      say('Reloaded.');
    } catch (error) {
      process.stderr.write(`${inPlainWords(error)}\nNot reloaded: who answers goes on as before.\n`);
    }
  };
  // From the first moment on: a process that does not listen to it is ended by it.
  process.on('SIGHUP', inTurn(reload));
  const primary = await starting;
  const { url, managementUrl } = primary;
  const state = demo && (await demoStateOf(loaded, demo, primary));
  return { url, managementUrl, tryOut: state?.tryOut, stop: () => primary.stop(), kill: () => primary.kill() };
}

async function reloadAs(primary: RunningPrimary, before: Config, next: Loaded): Promise<Config> {
  const names = wantRestart(before, next.config);
  if (names.length > 0) throw new CommandFailed(`Changing ${names.join(', ')} takes a restart.`);
  await tryToOpen(next, true);
  await primary.reload(next.config);
  return next.config;
}
