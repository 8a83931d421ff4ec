import type { AuditLog } from '../../../src/adapters/audit-log.ts';
import { parsePostgresAddress } from '../../../src/adapters/postgres-address.ts';
import { openPostgresStore } from '../../../src/adapters/store-postgres.ts';
import { openSqliteStore } from '../../../src/adapters/store-sqlite.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';

interface StoreParts {
  readonly clock: Clock;
  readonly log: AuditLog;
  readonly waitMs: number;
}

/** Opens the store in a file, or in a PostgreSQL. */
export function openStoreAt(place: string, parts: StoreParts): Store {
  if (!place.startsWith('postgres:')) return openSqliteStore({ path: place, ...parts });
  return openPostgresStore({ address: parsePostgresAddress(place), ...parts });
}
