import type { Clock } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { changeOf, type Key, type Kind, type Page, type Store, type Transition } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { liveValue, type RecordRow, type Writes, wellFormed } from './batch.ts';
import { createGroupedCommit } from './grouped-commit.ts';
import { groupReads } from './grouped-reads.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { createPostgresBatches } from './postgres-batch.ts';
import { createConnector } from './postgres-connector.ts';
import { createPostgresReads } from './postgres-reads.ts';
import { createWatches, markOfKey } from './watches.ts';

interface PostgresStoreOptions {
  readonly address: PostgresAddress;
  readonly clock: Clock;
  readonly log: AuditLog;
  /** Nothing is to be written: closing signs no checkpoint. */
  readonly readOnly?: boolean;
  /** How long a change waits for other processes' changes before it fails as unavailable. */
  readonly waitMs?: number;
}

/** How often changes of other processes are looked for that nobody told of, in milliseconds. */
const lookEveryMs = 800;

/** Records swept in one transaction. */
const sweepAtOnce = 1000;

/**
 * The store in PostgreSQL: any number of processes on any number of machines.
 *
 * Changes are made in groups over one connection, records are read in groups over another; a third is for what is rare and for hearing of changes
 * that others made.
 */
export function openPostgresStore({
  address,
  clock,
  log,
  readOnly = false,
  waitMs = 5000,
}: PostgresStoreOptions): Store {
  const connector = createConnector(address, (marks) => watches.hear(marks));
  const batches = createPostgresBatches(connector.writing, log);
  const reads = createPostgresReads(connector.reading);
  const rare = createPostgresReads(connector.rare);
  const watches = createWatches({
    everyMs: lookEveryMs,
    untouched: '[]',
    version: () => rare.version(batches.state()?.chain),
    async texts(keys) {
      return (await rare.rows(keys)).map((row) => row?.value);
    },
  });
  const commits = createGroupedCommit({ database: batches, clock, waitMs, changed });
  const readRow = groupReads(reads.rows);
  let closing: Promise<void> | undefined;

  function changed({ records }: Writes): void {
    for (const { key, text } of records) watches.changed(key, text);
    // Whoever does not hear of it sees it at the next look.
    if (records.length > 0) connector.notify(records.map(({ key }) => markOfKey(key))).catch(() => {});
  }

  function mustBeOpen(): void {
    if (closing !== undefined) throw new Problem('store-unavailable', 'the store is closed');
  }

  /** Asks again once after a connection that was lost: whoever only looks may look twice. */
  async function looking<R>(look: () => Promise<R>): Promise<R> {
    mustBeOpen();
    try {
      return await look().catch(look);
    } catch (cause) {
      throw new Problem('store-unavailable', 'the store did not answer', { cause });
    }
  }

  async function sweep(): Promise<number> {
    for (let total = 0; ; ) {
      const swept = await looking(() => connector.sweep(clock.now(), sweepAtOnce));
      total += swept;
      if (swept < sweepAtOnce) return total;
    }
  }

  async function shut(): Promise<void> {
    await Promise.all([commits.settled(), readRow.settled()]);
    try {
      if (!readOnly) await batches.sign(clock.now());
    } catch {
      // The next server on this chain signs for it.
    } finally {
      await Promise.all([batches.close(), connector.close()]);
    }
  }

  return {
    async read<T>(key: Key<T>) {
      const row: RecordRow | undefined = await looking(() => readRow(wellFormed(key)));
      return liveValue(row, clock.now()) as T | undefined;
    },
    async change<T, R>(key: Key<T>, transition: Transition<T, R>) {
      mustBeOpen();
      const [result] = await commits.change([{ ...changeOf(key, transition), key: wellFormed(key) }]);
      return result as R;
    },
    async changeAll(changes) {
      mustBeOpen();
      await commits.change(changes.map(({ key, transition }) => ({ key: wellFormed(key), transition })));
    },
    async list<T>({ name }: Kind<T>, { prefix = '', after = '', limit }: Page) {
      const rows = await looking(() => rare.list(name, { prefix, after, at: clock.now(), limit: limit + 1 }));
      const items = rows.slice(0, limit).map(({ id, value }) => ({ id, value: JSON.parse(value) as T }));
      return { items, more: rows.length > limit };
    },
    holder: ({ name }, claim) => looking(() => rare.holder(name, claim, clock.now())),
    chains: () => looking(() => rare.chains()),
    events: (after, limit, chain = 1) => looking(() => rare.events(chain, after, limit)),
    checkpoints: (after, limit, chain = 1) => looking(() => rare.checkpoints(chain, after, limit)),
    head: (chain = 1) => looking(() => rare.head(chain)),
    async probe() {
      await looking(() => rare.head(1));
      await commits.probe();
    },
    sweep,
    watch: (key) => watches.watch(wellFormed(key)),
    endWatches: watches.end,
    close() {
      watches.end();
      closing ??= shut();
      return closing;
    },
  };
}
