import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../test/support/postgres.ts';
import type { Arrangement } from './arrangement.ts';

/** Three servers on one PostgreSQL, which is stopped and started again, and whose connections are cut. */
export async function onPostgres(): Promise<Arrangement> {
  const database = await startPostgres(1);
  let isThere = true;
  // Whoever is interrupted leaves no database behind.
  process.on('exit', () => {
    if (isThere && database.pid() > 0) process.kill(database.pid(), 'SIGQUIT');
  });
  return {
    name: 'postgres',
    nodes: 3,
    // The servers share nothing but the database: not even a file of keys.
    config: { store: database.fresh(), keys: `prove:${randomBytes(32).toString('base64')}` },
    blows: (usual, _nodes, random) => [
      ...usual,
      {
        weight: 1,
        async strike(tell) {
          if (!isThere) return;
          tell('database stopped');
          isThere = false;
          await database.halt();
          await pause(random.whole(0, 4000));
          await database.resume();
          isThere = true;
          tell('database started');
        },
      },
      {
        weight: 2,
        async strike(tell) {
          tell('database connections cut');
          // The database may be stopped at this moment: then there are none.
          await database
            .query(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND random() < 0.7`,
            )
            .catch(() => {});
        },
      },
    ],
    calm: async () => {},
    async end() {
      isThere = false;
      await database.end();
    },
  };
}
