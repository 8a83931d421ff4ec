import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditLog } from './adapters/audit-log.ts';
import type { KeyRing } from './adapters/key-ring.ts';
import { parsePostgresAddress } from './adapters/postgres-address.ts';
import { checkPostgres } from './adapters/postgres-connector.ts';
import { type Removal, removeFromLog } from './adapters/postgres-removal.ts';
import { type CopyReport, copyStore } from './adapters/store-copy.ts';
import { openPostgresStore } from './adapters/store-postgres.ts';
import { openSqliteStore } from './adapters/store-sqlite.ts';
import type { Config } from './config/schema.ts';
import type { Fault } from './core/fault.ts';
import type { Clock } from './core/ports.ts';
import type { Store } from './core/store.ts';

interface StorePorts {
  readonly clock: Clock;
  readonly log: AuditLog;
  readonly readOnly: boolean;
}

/** Opens the store that is configured. @throws Error when a database cannot be used, in words for the operator */
export async function openStore({ store, data }: Pick<Config, 'store' | 'data'>, ports: StorePorts): Promise<Store> {
  if (store === undefined) return openSqliteStore({ path: storeFileIn(data), ...ports });
  const address = parsePostgresAddress(store);
  await checkPostgres(address);
  return openPostgresStore({ address, ...ports });
}

/** True when there is a store to work on already. A database is there, or opening it fails. */
export function hasStore({ store, data }: Pick<Config, 'store' | 'data'>): boolean {
  return store !== undefined || hasStoreFile(data);
}

/** @throws Error when the store of a running server is gone: a new one would know of no code that was used before */
export function mustStillHaveStore(config: Pick<Config, 'store' | 'data'>): void {
  if (hasStore(config)) return;
  throw new Error(
    `${storeFileIn(config.data)} is gone, though a server runs on it. Stop the server, put the file back from a backup, and start it again.`,
  );
}

/** True when an embedded store was made in this data folder before. */
export function hasStoreFile(data: string): boolean {
  return existsSync(storeFileIn(data));
}

/** Why the address of the store cannot be used. The address itself may hold a password, and is not repeated. */
export function faultsOfStore({ store }: Pick<Config, 'store'>): Fault[] {
  if (store === undefined) return [];
  try {
    parsePostgresAddress(store);
    return [];
  } catch (error) {
    return [{ path: ['store'], message: `cannot be used: ${(error as Error).message}` }];
  }
}

/** Copies the embedded store in a folder into an empty PostgreSQL. */
export async function copyInto(
  target: string,
  folder: string,
  ring: KeyRing,
  progress: (done: number, total: number) => void,
): Promise<CopyReport> {
  const address = parsePostgresAddress(target);
  await checkPostgres(address);
  return copyStore({ path: storeFileIn(folder), address, ring, progress });
}

/** Removes old days of the audit log in PostgreSQL; resolves with the tables that are gone. @throws Error; then nothing was removed */
export async function removeOldEvents({ store }: Pick<Config, 'store'>, removal: Removal): Promise<readonly string[]> {
  if (store === undefined) throw new Error('The embedded store keeps the whole audit log.');
  return removeFromLog(parsePostgresAddress(store), removal);
}

function storeFileIn(data: string): string {
  return join(data, 'portvakt.db');
}
