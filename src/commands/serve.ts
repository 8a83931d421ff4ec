import { InvalidArgumentError } from 'commander';
import { loadPortvaktConfig, openPortvakt, startPortvakt } from '../compose.ts';
import { createDemo } from '../compose-demo.ts';
import type { RunningServer } from '../server/index.ts';
import { CommandFailed, type ConfigOptions, configCommand, say } from './open.ts';

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
    const portvakt = await openPortvakt(loadPortvaktConfig(path, overrides));
    const { data } = options;
    const commandLine = `--config ${path}${data === undefined ? '' : ` --data ${data}`}`;
    const demo = portvakt.config.demo ? createDemo(portvakt, commandLine) : undefined;
    const server = await startPortvakt(portvakt, demo).catch(async (error: unknown) => {
      await portvakt.ports.store.close();
      throw explain(error);
    });
    stopOnSignal(server);
    say(
      `Portvakt answers at ${server.url}${server.managementUrl === undefined ? '' : `; health and metrics at ${server.managementUrl}`}`,
    );
    if (demo === undefined) return;
    const { tryOut } = await demo.state(server.url, server.managementUrl);
    say(`\nOpen ${server.url}/ in a browser, or paste one of these:`);
    for (const { title, command } of tryOut) say(`\n# ${title}\n${command}`);
    say('\nCtrl-C stops it.');
  });

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

function explain(error: unknown): unknown {
  const { code, address, port } = error as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  if (code === 'EADDRINUSE')
    return new CommandFailed(
      `Port ${port} of ${address} is taken. Choose another with --port, or stop what listens there.`,
    );
  if (code === 'EACCES' && port !== undefined)
    return new CommandFailed(`Port ${port} may not be listened on by this user. Choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL')
    return new CommandFailed(`${address} is not an address of this machine. Choose another with --host.`);
  return error;
}

function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    if (signal === 'SIGINT') say();
    server.stop().then(
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
