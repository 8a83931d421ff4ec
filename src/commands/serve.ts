import { InvalidArgumentError } from 'commander';
import { loadPortvaktConfig, openPortvakt, startPortvakt, tryFiles } from '../compose.ts';
import { createDemo, simulateForDemo } from '../compose-demo.ts';
import type { RunningSimulator } from '../compose-simulators.ts';
import type { Loaded } from '../config/load.ts';
import { explain } from './listening.ts';
import { type ConfigOptions, configCommand, say } from './open.ts';

interface ServeOptions extends ConfigOptions {
  readonly port?: number;
  readonly host?: string;
}

/** `portvakt serve` */
export const serve = configCommand('serve', 'Answer requests until told to stop (Ctrl-C, SIGTERM)')
  .option('-p, --port <number>', 'port of the API, instead of the configured one; 0 takes a free one', parsePort)
  .option('--host <address>', 'address to listen on, instead of the configured one')
  .action(async (options: ServeOptions) => {
    const { config: path, ...overrides } = options;
    const configured = loadPortvaktConfig(path, overrides);
    await tryFiles(configured);
    const { loaded, running, close } = await simulateForDemo(configured);
    const started = await start(loaded, running, commandLineOf(options)).catch(async (error: unknown) => {
      await close();
      throw explain(error);
    });
    const { server, demo } = started;
    const stopped = async () => server.stop().finally(close);
    stopOnSignal(stopped);
    say(
      `Portvakt answers at ${server.url}${server.managementUrl === undefined ? '' : `; health and metrics at ${server.managementUrl}`}`,
    );
    if (demo === undefined) return;
    const { tryOut } = await demo.state(server.url, server.managementUrl);
    say(`\nOpen ${server.url}/ in a browser, or paste one of these:`);
    for (const { title, command } of tryOut) say(`\n# ${title}\n${command}`);
    say('\nCtrl-C stops it.');
  });

async function start(loaded: Loaded, running: readonly RunningSimulator[], commandLine: string) {
  const portvakt = await openPortvakt(loaded);
  const demo = portvakt.config.demo ? createDemo(portvakt, commandLine, running) : undefined;
  try {
    return { demo, server: await startPortvakt(portvakt, demo) };
  } catch (error) {
    await portvakt.ports.store.close();
    throw error;
  }
}

/** What one adds to a command to mean this very server. */
function commandLineOf({ config, data }: ServeOptions): string {
  return `--config ${config}${data === undefined ? '' : ` --data ${data}`}`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

function stopOnSignal(stopServer: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    if (signal === 'SIGINT') say();
    stopServer().then(
      () => say('Stopped.'),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${(error as Error).message}\n`);
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
