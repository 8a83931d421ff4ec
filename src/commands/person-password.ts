import { readFileSync } from 'node:fs';
import type { PeopleCommands } from '../compose.ts';
import { CommandFailed } from './open.ts';

const controlC = '\u0003';
const ends = ['\r', '\n', '\u0004'];
const rubouts = ['\u007f', '\b'];

/**
 * The hash of a new password: from the file, or typed twice at the terminal, where it is not shown.
 *
 * Never from the command line, where other people of the computer could read it.
 *
 * @throws CommandFailed when it may not be set, or there is nobody to ask
 */
export async function newPasswordHash(people: PeopleCommands, file: string | undefined): Promise<string> {
  const password = file === undefined ? await askTwice() : readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  const fault = people.passwordFault(password);
  if (fault !== undefined) throw new CommandFailed(`Nothing was changed: ${fault}.`);
  return people.hashPassword(password);
}

async function askTwice(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandFailed(
      'There is no terminal to ask for the password at. Give it in a file, with --password-file.',
    );
  }
  const first = await ask('Password: ');
  const second = await ask('Once more: ');
  if (first !== second) throw new CommandFailed('The two differ. Nothing was changed.');
  return first;
}

function ask(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding('utf8').resume();
  let typed: string[] = [];
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      stdin.off('data', listen);
      stdin.setRawMode(false).pause();
      stderr.write('\n');
      settle();
    };
    const listen = (text: string) => {
      for (const character of text) {
        if (character === controlC) return finish(() => reject(new CommandFailed('Nothing was changed.')));
        if (ends.includes(character)) return finish(() => resolve(typed.join('')));
        typed = rubouts.includes(character) ? typed.slice(0, -1) : [...typed, character];
      }
    };
    stdin.on('data', listen);
  });
}
