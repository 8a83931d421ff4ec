import { readFileSync } from 'node:fs';
import { type NewPerson, type PeopleCommands, PeopleFaults } from '../compose.ts';
import { CommandFailed, say } from './open.ts';
import { withPeople } from './person-options.ts';
import { createProgress } from './progress.ts';
import { type RealmOptions, realmCommand } from './realm-options.ts';

interface ImportOptions extends RealmOptions {
  readonly update?: boolean;
  readonly dryRun?: boolean;
}

type Row = ReturnType<PeopleCommands['readCsv']>['people'][number];

/** Passwords hashed at once: the thread pool has four threads. */
const hashedAtOnce = 4;

/** `portvakt person import` */
export const importPeople = realmCommand(
  'import',
  'Add people from a CSV file, all or none: username, and any of displayName, mail, mobile, password and other attributes',
)
  .argument('<file>', 'the file; its first line names the columns')
  .option('--update', 'people who are there already get the attributes of the file, and its password if there is one')
  .option('--dry-run', 'report what is wrong in the file; change nothing')
  .action((file: string, options: ImportOptions) =>
    withPeople(options, async (people) => {
      const { people: rows, faults } = people.readCsv(readFileSync(file, 'utf8'));
      const inFile = (line: number | undefined, message: string) => `${file}:${line ?? 0}: ${message}`;
      refuse(faults.map(({ line, message }) => inFile(line, message)));
      if (options.dryRun) return say(`${rows.length} people could be added, if nothing else stands against it.`);
      try {
        await people.add(await withHashes(rows, people), { update: options.update ?? false });
      } catch (error) {
        if (!(error instanceof PeopleFaults)) throw error;
        refuse(error.faults.map(({ index, message }) => inFile(rows[index]?.line, message)));
      }
      say(rows.length === 1 ? 'One person was taken in.' : `${rows.length} people were taken in.`);
    }),
  );

async function withHashes(rows: readonly Row[], { hashPassword }: PeopleCommands): Promise<NewPerson[]> {
  const progress = createProgress('Hashing passwords', rows.length);
  const people: NewPerson[] = [];
  for (let at = 0; at < rows.length; at += hashedAtOnce) {
    const some = rows.slice(at, at + hashedAtOnce).map(async ({ userName, attributes, password }) => {
      const passwordHash = password === undefined ? undefined : await hashPassword(password);
      return { userName, attributes, passwordHash };
    });
    people.push(...(await Promise.all(some)));
    progress.advance(people.length);
  }
  progress.end();
  return people;
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const count = faults.length === 1 ? 'one line' : `${faults.length} lines`;
  throw new CommandFailed([...faults, `Nobody was added: ${count} must be mended first.`].join('\n'));
}
