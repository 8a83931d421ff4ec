import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { ImportFaults, type SeedFileOptions } from '../compose.ts';
import { CommandFailed, say } from './open.ts';
import { createProgress } from './progress.ts';
import { type RealmOptions, realmCommand } from './realm-options.ts';
import { withTokens } from './token-options.ts';

interface ImportOptions extends RealmOptions {
  readonly user?: string;
  readonly format?: 'pskc' | 'csv' | 'uris';
  readonly keyFile?: string;
  readonly passwordFile?: string;
  readonly dryRun?: boolean;
}

/** `portvakt token import` */
export const importTokens = realmCommand(
  'import',
  'Take in tokens from a file, all or none: PSKC (RFC 6030), CSV (serial, seed, counter), or a list of otpauth:// URIs',
)
  .argument('<file>', 'the file')
  .option('-u, --user <name>', 'owner of all of them; otherwise whom the file names, or nobody: they go into stock')
  .addOption(new Option('-f, --format <format>', 'found out from the file').choices(['pskc', 'csv', 'uris']))
  .option('--key-file <file>', 'file with the pre-shared key of an encrypted PSKC file, hexadecimal')
  .option('--password-file <file>', 'file with the password of an encrypted PSKC file')
  .option('--dry-run', 'report what is in the file; take nothing in')
  .action((file: string, options: ImportOptions) =>
    withTokens(
      options,
      async (tokens) => {
        const report = tokens.readSeedFile(readFileSync(file, 'utf8'), readingOptions(options));
        const line = (number: number, message: string) => `${file}:${number}: ${message}`;
        for (const { line: number, message } of report.warnings) say(line(number, `warning: ${message}`));
        refuse(report.faults.map((fault) => line(fault.line, fault.message)));
        if (options.dryRun)
          return say(`${report.seeds.length} tokens could be taken in, if nothing else stands against it.`);
        const progress = createProgress('Taking in', report.seeds.length);
        try {
          await tokens.import(
            report.seeds.map(({ seed }) => seed),
            options.user,
            progress.advance,
          );
        } catch (error) {
          progress.end();
          if (!(error instanceof ImportFaults)) throw error;
          refuse(error.faults.map(({ index, message }) => line(report.seeds[index]?.line ?? 0, message)));
        }
        progress.end();
        say(report.seeds.length === 1 ? 'One token was taken in.' : `${report.seeds.length} tokens were taken in.`);
      },
      true,
    ),
  );

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new CommandFailed(
    [
      ...faults,
      `Nothing was taken in: ${faults.length === 1 ? 'one line' : `${faults.length} lines`} must be mended first.`,
    ].join('\n'),
  );
}

function readingOptions({ format, keyFile, passwordFile }: ImportOptions): SeedFileOptions {
  const preSharedKey = keyFile === undefined ? undefined : parseHex(readFileSync(keyFile, 'utf8').trim());
  const password = passwordFile === undefined ? undefined : readFileSync(passwordFile, 'utf8').replace(/\r?\n$/, '');
  return { format, preSharedKey, password };
}

function parseHex(text: string): Uint8Array {
  if (!/^([0-9a-fA-F]{2})+$/.test(text))
    throw new CommandFailed('The key file must hold the key in hexadecimal digits.');
  return Buffer.from(text, 'hex');
}
