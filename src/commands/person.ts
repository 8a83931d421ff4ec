import { Command, InvalidArgumentError } from 'commander';
import { PeopleFaults, type StoredPerson } from '../compose.ts';
import { oneLine } from './event-text.ts';
import { CommandFailed, say } from './open.ts';
import { importPeople } from './person-import.ts';
import { withPeople } from './person-options.ts';
import { newPasswordHash } from './person-password.ts';
import { type RealmOptions, realmCommand } from './realm-options.ts';

type Attributes = Readonly<Record<string, readonly string[]>>;

interface AddOptions extends RealmOptions {
  readonly attribute: Attributes;
  readonly password?: boolean;
  readonly passwordFile?: string;
}

const add = realmCommand('add', 'Add a person')
  .argument('<name>', 'user name')
  .option(
    '-a, --attribute <name=value>',
    'an attribute: displayName, mail, mobile, or any other; may be given several times',
    collect,
    {},
  )
  .option('--password', 'ask for a password; otherwise the person has none')
  .option('--password-file <file>', 'file that holds the password')
  .action((userName: string, options: AddOptions) =>
    withPeople(options, async (people) => {
      const { attribute: attributes, password = false, passwordFile } = options;
      const hasPassword = password || passwordFile !== undefined;
      const passwordHash = hasPassword ? await newPasswordHash(people, passwordFile) : undefined;
      await people.add([{ userName, attributes, passwordHash }]).catch(explain);
      say(`${userName} was added.`);
    }),
  );

const list = realmCommand('list', 'List people, one a line: user name, display name, mail, mobile').action(
  (options: RealmOptions) =>
    withPeople(options, async (people) => {
      for (const person of people.configured) say(lineOf(person));
      for await (const person of people.list()) say(lineOf(person));
    }),
);

const show = realmCommand('show', 'Show what is known of a person, but the password')
  .argument('<name>', 'user name')
  .action((userName: string, options: RealmOptions) =>
    withPeople(options, async (people) => {
      const configured = people.configured.find(({ id }) => id.toLowerCase() === userName.toLowerCase());
      const { id, attributes, passwordHash }: StoredPerson = configured ?? (await people.show(userName));
      say(`user name: ${oneLine(id)}`);
      for (const [name, values] of Object.entries(attributes)) say(oneLine(`${name}: ${values.join(', ')}`));
      if (configured !== undefined) return say('kept: in the configuration');
      say(`password: ${passwordHash === undefined ? 'none' : 'set'}`);
    }),
  );

const setPassword = realmCommand('set-password', 'Give a person a new password')
  .argument('<name>', 'user name')
  .option('--password-file <file>', 'file that holds the password; otherwise you are asked for it')
  .action((userName: string, options: RealmOptions & { readonly passwordFile?: string }) =>
    withPeople(options, async (people) => {
      await people.show(userName);
      const hash = await newPasswordHash(people, options.passwordFile);
      say(`${await people.setPassword(userName, hash)} has a new password.`);
    }),
  );

const remove = realmCommand('remove', 'Remove a person, with tokens and all else that is kept of them')
  .argument('<name>', 'user name')
  .action((userName: string, options: RealmOptions) =>
    withPeople(options, async (people) => say(`${await people.remove(userName)} is removed.`)),
  );

/** `portvakt person` */
export const person = new Command('person').description('Work with the people of the built-in directory');
for (const command of [add, list, show, setPassword, remove, importPeople]) person.addCommand(command);

function collect(text: string, attributes: Attributes): Attributes {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be written name=value.');
  const before = Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : [];
  return { ...attributes, [name]: [...before, value] };
}

function lineOf({ id, attributes }: Pick<StoredPerson, 'id' | 'attributes'>): string {
  const shown = ['displayName', 'mail', 'mobile'].map((name) => attributes[name]?.join(', ') ?? '');
  return [id, ...shown].map(oneLine).join('\t').trimEnd();
}

function explain(error: unknown): never {
  throw error instanceof PeopleFaults ? new CommandFailed(`Nobody was added: ${error.message}.`) : error;
}
