import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { loadPortvaktConfig, tryFiles } from '../compose.ts';
import { surroundDemo } from '../compose-demo.ts';
import { explain } from './listening.ts';
import { type ConfigOptions, configCommand, say } from './open.ts';
import { stopOnSignal } from './serve-signals.ts';
import { type Served, serveAlone, serveByWorkers } from './serving.ts';

interface ServeOptions extends ConfigOptions {
  readonly port?: number;
  readonly host?: string;
  readonly workers?: number;
}

/** `portvakt serve` */
export const serve = configCommand('serve', 'Answer requests until told to stop (Ctrl-C, SIGTERM)')
  .option('-p, --port <number>', 'port of the API, instead of the configured one; 0 takes a free one', parsePort)
  .option('--host <address>', 'address to listen on, instead of the configured one')
  .option(
    '-w, --workers <number>',
    'processes that answer, one for each processor unless given; 0: this one does, as for a demo',
    parseWorkers,
  )
  .action(async ({ config: path, workers, ...overrides }: ServeOptions) => {
    const read = async () => {
      const loaded = loadPortvaktConfig(path, overrides);
      await tryFiles(loaded);
      return loaded;
    };
    const configured = await read();
    const { connect, begin, close, ...surroundings } = await surroundDemo(configured);
    const commandLine = commandLineOf({ config: path, ...overrides });
    const count = workers ?? (configured.config.demo ? 0 : availableParallelism());
    const again = async () => connect(await read());
    const parts = { ...surroundings, loaded: connect(configured), read: again, commandLine, count };
    const served = await (count === 0 ? serveAlone(parts) : serveByWorkers(parts)).catch(async (error: unknown) => {
      await close();
      throw explain(error);
    });
    begin(served.url);
    stopOnSignal({ stop: () => served.stop().finally(close), kill: served.kill });
    tell(served);
  });

function tell({ url, managementUrl, tryOut }: Served): void {
  say(`Portvakt answers at ${url}${managementUrl === undefined ? '' : `; health and metrics at ${managementUrl}`}`);
  if (tryOut === undefined) return;
  say(`\nOpen ${url}/ in a browser, or paste one of these:`);
  for (const { title, command } of tryOut) say(`\n# ${title}\n${command}`);
  say('\nCtrl-C stops it.');
}

/** What one adds to a command to mean this very server. */
function commandLineOf({ config, data }: ConfigOptions): string {
  return `--config ${config}${data === undefined ? '' : ` --data ${data}`}`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

function parseWorkers(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 128)
    throw new InvalidArgumentError('It must be a number from 0 to 128.');
  return Number(text);
}
