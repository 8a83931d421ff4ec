import { Argument, Command, InvalidArgumentError } from 'commander';
import { type Simulated, simulated, snippetOf, startSimulators, titles } from '../compose-simulators.ts';
import { explain } from './listening.ts';
import { say } from './open.ts';

interface SimulateOptions {
  readonly folder: string;
  readonly port?: number;
  readonly host: string;
}

/** `portvakt simulate` */
export const simulate = new Command('simulate')
  .description(
    'Play an eID service, or all of them, for trying out and for tests; until told to stop (Ctrl-C, SIGTERM)',
  )
  .addArgument(new Argument('<service>', 'the service to play').choices([...simulated, 'all']))
  .option('--folder <folder>', 'where certificates for connecting are written', './simulators')
  .option(
    '-p, --port <number>',
    'first port; each service takes two, the second for the page on which one plays the user; any free ones',
    parsePort,
  )
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .action(async (service: Simulated | 'all', { folder, port, host }: SimulateOptions) => {
    const names = service === 'all' ? simulated : [service];
    const { running, close } = await startSimulators(names, folder, (index) => ({
      host,
      ...(port !== undefined && { port: port + 2 * index, controlPort: port + 2 * index + 1 }),
    })).catch((error: unknown) => {
      throw explain(error);
    });
    closeOnSignal(close);
    for (const { name, simulator, settings } of running) {
      say(`${titles[name]} is played at ${settings['url']}`);
      say(`  the user is played at ${simulator.controlUrl}/`);
    }
    say('\nTo connect to it, put this into the configuration:\n');
    say(snippetOf(running));
    say('Ctrl-C stops it.');
  });

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_530) {
    throw new InvalidArgumentError('It must be a number from 1 to 65530.');
  }
  return port;
}

function closeOnSignal(close: () => Promise<void>): void {
  const stop = () => void close().then(() => say('Stopped.'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
