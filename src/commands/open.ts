import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { hasStore, loadPortvaktConfig, openPortvakt, type Portvakt } from '../compose.ts';
import type { Origin } from '../core/event.ts';

/** Options that every command on a configuration takes. */
export interface ConfigOptions {
  readonly config: string;
  readonly data?: string;
}

/** A command with the options that say which configuration and data it works on. */
export function configCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('-c, --config <file>', 'configuration file').env('PORTVAKT_CONFIG').default('portvakt.yaml'))
    .option('--data <folder>', 'data folder, instead of the configured one');
}

/** As {@link withPortvakt}, where there must be a store already: so that a mistyped folder is an error, and not a new, empty store. */
export async function withExistingPortvakt<R>(
  options: ConfigOptions,
  work: (portvakt: Portvakt) => Promise<R>,
  readOnly = false,
): Promise<R> {
  const { config, data } = options;
  const loaded = loadPortvaktConfig(config, data === undefined ? {} : { data }).config;
  if (!hasStore(loaded))
    throw new CommandFailed(
      `There is no store in ${loaded.data} yet. Is that the right folder? Start the server there first.`,
    );
  return withPortvakt(options, work, readOnly);
}

/** Opens what the options name, hands it to `work`, and closes it whatever happens. */
export async function withPortvakt<R>(
  options: ConfigOptions,
  work: (portvakt: Portvakt) => Promise<R>,
  readOnly = false,
): Promise<R> {
  const { config, data } = options;
  const portvakt = await openPortvakt(loadPortvaktConfig(config, data === undefined ? {} : { data }), { readOnly });
  try {
    return await work(portvakt);
  } finally {
    await portvakt.ports.store.close();
  }
}

/** What stands in events that a command causes: a trace of its own, and who ran it. */
export function commandOrigin(): Origin {
  return { trace: randomBytes(16).toString('hex'), caller: `command:${userInfo().username}` };
}

/** Writes a line for the person at the terminal. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Ends a command that found what it was asked about to be wrong: says why, and leaves with status 1. */
export class CommandFailed extends Error {}
