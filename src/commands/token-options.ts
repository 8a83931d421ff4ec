import type { Command } from 'commander';
import { type TokenCommands, tokensOf } from '../compose.ts';
import {
  CommandFailed,
  type ConfigOptions,
  commandOrigin,
  configCommand,
  withExistingPortvakt,
  withPortvakt,
} from './open.ts';

/** Options of every token command. */
export interface TokenOptions extends ConfigOptions {
  readonly realm: string;
}

/** A command on the tokens of one realm. */
export function tokenCommand(name: string, description: string): Command {
  return configCommand(name, description).option('-r, --realm <realm>', 'whose people', 'default');
}

/** Hands the tokens of the realm to `work`; `isFirst`: it may be the first thing that ever happens in the store. @throws CommandFailed when the configuration has no such realm */
export function withTokens(
  options: TokenOptions,
  work: (tokens: TokenCommands) => Promise<void>,
  isFirst = false,
): Promise<void> {
  const open = isFirst ? withPortvakt : withExistingPortvakt;
  return open(options, async (portvakt) => {
    const realms = [...portvakt.ports.realms.keys()];
    if (!realms.includes(options.realm)) {
      throw new CommandFailed(`There is no realm "${options.realm}"; there is ${realms.join(', ')}.`);
    }
    await work(tokensOf(portvakt, options.realm, commandOrigin()));
  });
}
