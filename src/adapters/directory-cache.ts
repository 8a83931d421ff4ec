import type { Directory, Person } from '../core/directory.ts';
import { RecentlyUsed } from '../core/recently-used.ts';

interface CacheOptions {
  readonly seconds: number;
  /** Milliseconds from any fixed point, never set back. */
  readonly now: () => number;
}

/** People remembered at most. */
const peopleKept = 10_000;

/** The directory, asked again for a person it found only after a while. Who was not found, numbers and passwords are asked for each time. */
export function rememberPeople(directory: Directory, { seconds, now }: CacheOptions): Directory {
  if (seconds === 0) return directory;
  const known = new RecentlyUsed<string, { readonly person: Person; readonly until: number }>(peopleKept);
  return {
    ...directory,
    async find(userName) {
      const remembered = known.get(userName);
      if (remembered !== undefined && now() < remembered.until) return remembered.person;
      const person = await directory.find(userName);
      if (person !== undefined) known.set(userName, { person, until: now() + seconds * 1000 });
      return person;
    },
  };
}
