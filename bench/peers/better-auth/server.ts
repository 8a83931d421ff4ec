/**
 * better-auth with its two-factor plugin, as its documentation sets it up, over `node:sqlite`. Passwords are kept as they are: signing in
 * with one comes before what is measured.
 *
 * Started with the folder that it is installed in and the path of its database; prints its port and serves until it is ended. Between turns
 * it can be told not to wait for the disk (`/hurry`, and `/flush` to end that), so that sign-ins are made ready quickly.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** What is used of it; it is no dependency, so that its own types are not there. */
interface BetterAuth {
  betterAuth(options: object): { readonly options: object };
  getMigrations(options: object): Promise<{ runMigrations(): Promise<void> }>;
  twoFactor(): object;
  toNodeHandler(auth: object): RequestListener;
}

const [folder = '', path = ''] = process.argv.slice(2);

async function part(name: string): Promise<Partial<BetterAuth>> {
  return import(pathToFileURL(join(folder, 'node_modules/better-auth/dist', name)).href);
}

const found = {
  ...(await part('index.mjs')),
  ...(await part('db/get-migration.mjs')),
  ...(await part('plugins/two-factor/index.mjs')),
  ...(await part('integrations/node.mjs')),
} as BetterAuth;

const database = new DatabaseSync(path);
const auth = found.betterAuth({
  database,
  secret: 'nothing that is kept depends on it, in a bench',
  baseURL: 'http://127.0.0.1',
  trustedOrigins: ['*'],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  emailAndPassword: {
    enabled: true,
    password: {
      hash: async (password: string) => password,
      verify: async ({ hash, password }: { readonly hash: string; readonly password: string }) => hash === password,
    },
  },
  plugins: [found.twoFactor()],
});
await (await found.getMigrations(auth.options)).runMigrations();

const handle = found.toNodeHandler(auth);
const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
  const mode = { '/hurry': 'OFF', '/flush': 'FULL' }[request.url ?? ''];
  if (mode === undefined) return void handle(request, response);
  database.exec(`PRAGMA synchronous = ${mode}`);
  response.setHeader('content-length', 0).end();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`better-auth answers at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
