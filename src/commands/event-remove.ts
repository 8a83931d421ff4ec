import { createLogCheck, type Portvakt, publicKeysOf, removeOldEvents, signBeginning } from '../compose.ts';
import { coreEvents } from '../core/event.ts';
import { logBeginnings } from '../core/log-beginning.ts';
import type { LogEntry } from '../core/store.ts';
import { checkStore, inWords } from './event-check.ts';
import { beginningsOf } from './event-log.ts';
import { CommandFailed, type ConfigOptions, commandOrigin, configCommand, say, withExistingPortvakt } from './open.ts';

interface RemoveOptions extends ConfigOptions {
  readonly before: string;
}

/** `portvakt events remove` */
export const remove = configCommand(
  'remove',
  'Remove old days of the audit log in PostgreSQL; the rest can be verified as before',
)
  .requiredOption('--before <day>', 'the first day that stays, e.g. 2026-01-01 (UTC)')
  .action(async (options: RemoveOptions) => {
    const first = parseDay(options.before);
    await withExistingPortvakt(options, async (portvakt) => {
      if (portvakt.config.store === undefined)
        throw new CommandFailed('The embedded store keeps the whole audit log; days are removed from PostgreSQL only.');
      if (first > dayOf(portvakt.ports.clock.now()))
        throw new CommandFailed('Today and what is to come stay: --before takes a day until today.');
      await removeBefore(portvakt, options.before, first);
    });
  });

async function removeBefore(portvakt: Portvakt, day: string, first: number): Promise<void> {
  const {
    ports: { store, clock },
    ring,
    config,
  } = portvakt;
  const before = await beginningsOf(store);
  const old = oldEntries(first);
  const { count, found } = await checkStore(portvakt, {
    check: createLogCheck(publicKeysOf(ring), ring),
    seen: old.seen,
  });
  if (found !== undefined) throw new CommandFailed(`${inWords(count, found)} Nothing was removed.`);
  const at = clock.now();
  const made = old.last().map(({ chain = 1, seq, hash }) => signBeginning(ring, { chain, seq, hash, at }));
  if (made.length === 0) return say(`There is nothing from before ${day}.`);
  const stay = before.filter(({ chain }) => !made.some((one) => one.chain === chain));
  const beginnings = [...stay, ...made].toSorted((a, b) => a.chain - b.chain);
  const subject = made.map(({ chain, seq, hash }) => `${chain}:${seq}:${hash}`).join(' ');
  // First the event: nothing is removed of which the log does not tell.
  const event = { type: coreEvents.logRemoved, reason: `before ${day}`, subject, ...commandOrigin() };
  await store.change(logBeginnings, () => ({ events: [event], result: undefined }));
  const tables = await removeOldEvents(config, { day, beginnings, before });
  say(
    `${count} entries checked, ${old.count()} of them from before ${day} removed, with ${tables.length} tables of days.`,
  );
  say(`The audit log begins behind ${made.map(({ chain, seq }) => `${chain}:${seq}`).join(', ')}.`);
}

/** Of each chain the entries from its beginning to the first that is not old. What they say counts: it is in the chain. */
function oldEntries(first: number) {
  const chains = new Map<number, { last: LogEntry | undefined; isOver: boolean }>();
  let count = 0;
  return {
    seen(entry: LogEntry): void {
      const known = chains.get(entry.chain ?? 1) ?? { last: undefined, isOver: false };
      chains.set(entry.chain ?? 1, known);
      known.isOver ||= Number((JSON.parse(entry.body) as { at?: unknown }).at) >= first;
      if (known.isOver) return;
      known.last = entry;
      count += 1;
    },
    last: () => [...chains.values()].flatMap(({ last }) => last ?? []),
    count: () => count,
  };
}

function parseDay(text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
    throw new CommandFailed('--before takes a day, e.g. 2026-01-01.');
  return at;
}

const dayOf = (at: number) => Math.floor(at / 86_400_000) * 86_400_000;
