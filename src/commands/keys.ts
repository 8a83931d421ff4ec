import { Command } from 'commander';
import { addKey, keyFileOf, loadPortvaktConfig, type Portvakt, reseal } from '../compose.ts';
import { accounts } from '../core/account.ts';
import { coreEvents } from '../core/event.ts';
import { record } from '../core/pipeline.ts';
import { type Kind, type Store, settings } from '../core/store.ts';
import { CommandFailed, type ConfigOptions, commandOrigin, configCommand, say, withExistingPortvakt } from './open.ts';
import { createProgress } from './progress.ts';

const list = configCommand(
  'list',
  'Print the keys: id, and the public key that checks signatures of the audit log',
).action((options: ConfigOptions) =>
  withExistingPortvakt(options, async ({ ring }) => {
    for (const key of ring.all) {
      const { x } = key.verify.export({ format: 'jwk' });
      say(`${key.id}:${x}${key === ring.newest ? '  seals and signs' : ''}`);
    }
  }),
);

const add = configCommand('add', 'Add a key to the key file; it seals from the next start of the server on').action(
  async (options: ConfigOptions) => {
    const { config } = loadPortvaktConfig(options.config, options.data === undefined ? {} : { data: options.data });
    const file = keyFileOf(config);
    if (file === undefined)
      throw new CommandFailed('The keys are given in the configuration (keys): add the new one there, last.');
    await withExistingPortvakt(options, async ({ ports }) => {
      const { newest } = addKey(file, ports.clock.now());
      await record(ports, { ...commandOrigin(), type: coreEvents.keyAdded, subject: newest.id });
      say(
        `${newest.id} is the newest key in ${file}. Restart the server, then run "portvakt keys reseal". Copy the file to a safe place.`,
      );
    });
  },
);

const resealAll = configCommand(
  'reseal',
  'Seal every secret anew with the newest key; the server may run meanwhile',
).action((options: ConfigOptions) =>
  withExistingPortvakt(options, async (portvakt) => {
    const changed = await resealRecords(portvakt, accounts);
    await resealRecords(portvakt, settings);
    await record(portvakt.ports, { ...commandOrigin(), type: coreEvents.resealed, subject: portvakt.ring.newest.id });
    say(
      `${changed} accounts were sealed anew with ${portvakt.ring.newest.id}. Keep the older keys: they check what they signed in the audit log, and open copies of the store from before.`,
    );
  }),
);

/** `portvakt keys` */
export const keys = new Command('keys').description('Work with the keys that seal secrets and sign the audit log');
for (const command of [list, add, resealAll]) keys.addCommand(command);

async function resealRecords<T>({ ports: { store, vault }, ring }: Portvakt, kind: Kind<T>): Promise<number> {
  const progress = createProgress('Sealing', await count(store, kind));
  let seen = 0;
  let changed = 0;
  for (let after = ''; ; ) {
    const { items, more } = await store.list(kind, { after, limit: 500 });
    const results = await Promise.all(
      items.map(({ id }) =>
        store.change({ kind, id }, (record) => {
          const next = reseal(record, `${kind.name}\n${id}`, ring.newest.id, vault);
          return next === record || next === undefined ? { result: 0 } : { next, result: 1 };
        }),
      ),
    );
    changed += results.reduce((sum: number, one) => sum + one, 0);
    seen += items.length;
    progress.advance(seen);
    after = items.at(-1)?.id ?? after;
    if (!more) break;
  }
  progress.end();
  return changed;
}

async function count<T>(store: Store, kind: Kind<T>): Promise<number> {
  let seen = 0;
  for (let after = ''; ; ) {
    const { items, more } = await store.list(kind, { after, limit: 1000 });
    seen += items.length;
    after = items.at(-1)?.id ?? after;
    if (!more) return seen;
  }
}
