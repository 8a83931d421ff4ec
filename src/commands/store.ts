import { Command } from 'commander';
import { copyEmbeddedStore, loadPortvaktConfig } from '../compose.ts';
import { CommandFailed, type ConfigOptions, configCommand, say } from './open.ts';
import { createProgress, type Progress } from './progress.ts';

interface CopyOptions extends ConfigOptions {
  readonly from?: string;
  readonly to?: string;
}

const copy = configCommand('copy', 'Copy an embedded store into an empty PostgreSQL, and compare the two')
  .option('--from <folder>', 'data folder with the embedded store, instead of the configured one')
  .option('--to <address>', 'postgres://…, instead of the setting "store", where its password is seen by fewer')
  .action(async ({ config: path, data, from, to }: CopyOptions) => {
    const { config } = loadPortvaktConfig(path, data === undefined ? {} : { data });
    const target = to ?? config.store;
    if (target === undefined) throw new CommandFailed('Where to? Set "store" in the configuration, or give --to.');
    let bar: Progress | undefined;
    const report = await copyEmbeddedStore(config, from ?? config.data, target, (done, total) => {
      bar ??= createProgress('Copying', total);
      bar.advance(done);
    });
    bar?.end();
    const { records, claims, events } = report;
    say(`Copied and compared: ${records} records, ${claims} claims, ${events} events; the audit log is whole.`);
    say(
      'Set "store" to the address on every server, with these keys, and start them. Never start the old store again: put it away as a backup.',
    );
  });

/** `portvakt store` */
export const store = new Command('store').description('Work with the store as a whole');
store.addCommand(copy);
