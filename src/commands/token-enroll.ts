import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, Option } from 'commander';
import { toString as drawQr } from 'qrcode';
import { type TokenCommands, toBase32, toKeyUri } from '../compose.ts';
import type { HashName } from '../core/ports.ts';
import { CommandFailed, say } from './open.ts';
import { type RealmOptions, realmCommand } from './realm-options.ts';
import { withTokens } from './token-options.ts';

interface EnrollOptions extends RealmOptions {
  readonly user: string;
  readonly type: 'totp' | 'hotp';
  readonly name?: string;
  readonly issuer: string;
  readonly algorithm: HashName;
  readonly digits: number;
  readonly period: number;
  readonly code?: string;
}

/** How long the first code may take, in milliseconds: seven days, as for the operation. */
const confirmWithinMs = 7 * 24 * 3_600_000;

/** Tries at the first code before the command gives up; the token stays and can be confirmed by signing in. */
const tries = 3;

/** `portvakt token enroll` */
export const enroll = realmCommand(
  'enroll',
  'Give a person a new token: prints a QR code; its first right code confirms it',
)
  .requiredOption('-u, --user <name>', 'the person')
  .addOption(new Option('-t, --type <type>', 'by time or by counter').choices(['totp', 'hotp']).default('totp'))
  .option('-n, --name <name>', 'what the person calls it')
  .option('--issuer <name>', 'who it is for, as the authenticator app shows it', 'Portvakt')
  .addOption(
    new Option('--algorithm <hash>', 'several apps know SHA1 only')
      .choices(['SHA1', 'SHA256', 'SHA512'])
      .default('SHA1'),
  )
  .option('--digits <number>', 'length of the codes, 6 to 8; several apps know 6 only', numberFrom(6, 8), 6)
  .option('--period <seconds>', 'how long a code lasts, 5 to 300; several apps know 30 only', numberFrom(5, 300), 30)
  .action((options: EnrollOptions) =>
    withTokens(
      options,
      async (tokens) => {
        const { algorithm, digits, period, type, name } = options;
        const seed = tokens.newSeed(type, { algorithm, digits, periodSeconds: period, name });
        const user = await tokens.enroll(options.user, seed, Date.now() + confirmWithinMs);
        const uri = toKeyUri({ ...seed, issuer: options.issuer, account: user });
        say(await drawQr(uri, { type: 'terminal', small: true }));
        say(`Token:   ${seed.id} of ${user}`);
        say(`Secret:  ${toBase32(seed.secret)}`);
        say(`Key URI: ${uri}`);
        if (process.stdin.isTTY && process.stdout.isTTY) await confirm(tokens, seed.id);
        else say('The first right code, at sign-in, confirms it; seven days from now it lapses.');
      },
      true,
    ),
  );

async function confirm(tokens: TokenCommands, id: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (let left = tries; left > 0; left -= 1) {
      const code = await terminal.question('Code that the token shows (empty: later): ');
      if (code.trim() === '')
        return say('The first right code, at sign-in, confirms it; seven days from now it lapses.');
      if (await tokens.confirm(id, code)) return say('Right: the token is active, and this code is used.');
      say('That is not the code.');
    }
  } finally {
    terminal.close();
  }
  throw new CommandFailed(
    `The token is not confirmed. Delete it with "portvakt token delete ${id}", or confirm it by signing in.`,
  );
}

function numberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}
