import { Command } from 'commander';
import { version } from '../compose.ts';
import { account } from './account.ts';
import { config } from './config.ts';
import { events } from './events.ts';
import { keys } from './keys.ts';
import { messages } from './messages.ts';
import { onetouch } from './onetouch.ts';
import { passkey } from './passkey.ts';
import { person } from './person.ts';
import { inPlainWords } from './plain-words.ts';
import { serve } from './serve.ts';
import { simulate } from './simulate.ts';
import { store } from './store.ts';
import { token } from './token.ts';

/** Every command of `portvakt`. */
export function createProgram(): Command {
  const program = new Command('portvakt')
    .description('An authentication server: applications ask it, over one small HTTP API, to prove who a person is.')
    .version(version)
    .showHelpAfterError('(--help tells more)');
  const all = [serve, config, person, token, account, onetouch, passkey, messages, events, keys, store, simulate];
  for (const command of all) program.addCommand(command);
  return program;
}

/** Runs a command line. Whatever goes wrong is told in plain lines, and the status is 1. */
export async function runProgram(words: readonly string[]): Promise<void> {
  // Whoever reads us through a pipe may have seen enough.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
  try {
    await createProgram().parseAsync([...words]);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${inPlainWords(error)}\n`);
  }
}
