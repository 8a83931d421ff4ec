import { Command } from 'commander';
import { passkeysOf } from '../compose.ts';
import { oneLine } from './event-text.ts';
import { commandOrigin, say } from './open.ts';
import { type RealmOptions, realmCommand, withRealm } from './realm-options.ts';

interface PersonOptions extends RealmOptions {
  readonly user: string;
}

const list = realmCommand('list', 'List passkeys, one a line: id, domain, since when, last used')
  .requiredOption('-u, --user <name>', 'the person')
  .action((options: PersonOptions) =>
    withRealm(options, async (portvakt) => {
      const all = await passkeysOf(portvakt, options.realm, commandOrigin()).list(options.user);
      for (const [id, { rpId, enrolledAt, usedAt }] of Object.entries(all)) {
        const used = usedAt === undefined ? 'never' : new Date(usedAt).toISOString();
        say([id, rpId, new Date(enrolledAt).toISOString(), used].map(oneLine).join('\t'));
      }
    }),
  );

const remove = realmCommand('remove', 'Take a passkey from a person, who can sign in with it no more')
  .argument('<id>', 'id of the passkey')
  .requiredOption('-u, --user <name>', 'the person')
  .action((id: string, options: PersonOptions) =>
    withRealm(options, async (portvakt) => {
      const user = await passkeysOf(portvakt, options.realm, commandOrigin()).remove(options.user, id);
      say(`${id} of ${user} is removed.`);
    }),
  );

/** `portvakt passkey` */
export const passkey = new Command('passkey').description('Work with the passkeys that people sign in with');
for (const command of [list, remove]) passkey.addCommand(command);
