import { afterAll, afterEach, beforeAll } from 'vitest';
import { parsePostgresAddress } from '../../../src/adapters/postgres-address.ts';
import { openPostgresStore } from '../../../src/adapters/store-postgres.ts';
import type { Store } from '../../../src/core/store.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { storeContract } from './suite.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres(600, { fsync: 'off' });
});
afterAll(() => postgres.end());

// Connections are dear: each store has three.
const opened: Store[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

storeContract(
  'postgres',
  (ports) => {
    const url = postgres.fresh();
    return () => {
      const store = openPostgresStore({ address: parsePostgresAddress(url), ...ports });
      opened.push(store);
      return store;
    };
  },
  { lasting: true, runs: 30 },
);
