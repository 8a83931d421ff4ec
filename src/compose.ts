import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPassword } from './adapters/argon2.ts';
import { type AuditLog, createAuditLog } from './adapters/audit-log.ts';
import { systemChance } from './adapters/chance.ts';
import { systemClock } from './adapters/clock.ts';
import { createHttpClient } from './adapters/http-client.ts';
import { type KeyRing, openKeyFile, parseKeyRing } from './adapters/key-ring.ts';
import { createLog } from './adapters/log.ts';
import { createMessages, type MessageCentre } from './adapters/messages.ts';
import { qrCodes } from './adapters/qr-codes.ts';
import { seedCipher } from './adapters/seed-cipher.ts';
import type { CopyReport } from './adapters/store-copy.ts';
import { createVault } from './adapters/vault.ts';
import { createSignIn, observed } from './authenticators/index.ts';
import { openSite } from './compose-authenticators.ts';
import { openBackends } from './compose-backends.ts';
import { bindOperations } from './compose-config.ts';
import { createPush, type PushCentre } from './compose-push.ts';
import { configuredPeople, createPeopleCommands, createRealms, type PeopleCommands } from './compose-realms.ts';
import { copyInto, hasStoreFile, mustStillHaveStore, openStore } from './compose-store.ts';
import { warningsOf } from './compose-warnings.ts';
import type { Loaded } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { accountOf, accounts } from './core/account.ts';
import { createBackends } from './core/backend.ts';
import type { BoundOperation } from './core/bind.ts';
import type { Origin } from './core/event.ts';
import type { Clock, Log, Ports } from './core/ports.ts';
import type { LogHead, Store } from './core/store.ts';
import * as otpToken from './methods/otp-token/index.ts';
import * as passkey from './methods/passkey/index.ts';
import * as push from './methods/push/index.ts';
import { createCallers } from './server/callers/index.ts';
import type { DemoParts } from './server/demo.ts';
import { type RunningServer, startServer } from './server/index.ts';
import type { WorkerDoor } from './server/workers/door.ts';

export { createLogCheck, type LogCheck, type LogFinding, parsePublicKeys, publicKeysOf } from './adapters/audit-log.ts';
export { addKey } from './adapters/key-ring.ts';
export { signBeginning } from './adapters/log-beginning.ts';
export { reseal } from './adapters/reseal.ts';
export { bindOperations, loadPortvaktConfig } from './compose-config.ts';
export { tryFiles } from './compose-file-faults.ts';
export { eventTypes, presets, steps } from './compose-methods.ts';
export { type NewPerson, type PeopleCommands, PeopleFaults, type StoredPerson } from './compose-realms.ts';
export { hasStore, removeOldEvents } from './compose-store.ts';
export { ImportFaults, type OwnedToken, toBase32, toKeyUri } from './methods/otp-token/index.ts';
export type { DeviceAdministration } from './methods/push/index.ts';

/** Everything but the listeners: what commands and the server work on. */
export interface Portvakt {
  readonly config: Config;
  readonly ring: KeyRing;
  readonly ports: Ports;
  /** The same as in the ports, with its outbox and receipts. */
  readonly messages: MessageCentre;
  /** Approving on the phone; the same as among the backends. */
  readonly push: PushCentre;
  readonly operations: ReadonlyMap<string, BoundOperation>;
  readonly log: Log;
  /** Ends what is under way with directories. */
  closeDirectories(): void;
}

/** How a store is opened. */
interface OpenOptions {
  /** The computer's, but for tests. */
  readonly clock?: Clock;
  /** The technical log; standard output at the configured level, but for tests. */
  readonly log?: Log;
  /** Nothing is written, and a store that somebody has tampered with is opened all the same: for looking into it. */
  readonly readOnly?: boolean;
  /** Number of this process among several of one server, for the log. */
  readonly worker?: number;
  /** A server runs on this store already, as for every worker: a store that is not there is not made. */
  readonly isRunning?: boolean;
}

/** Opens the store and all that hangs on it. @throws Error when the keys are not those of the store, or its log was changed */
export async function openPortvakt(loaded: Loaded, options: OpenOptions = {}): Promise<Portvakt> {
  const { config } = loaded;
  const { clock = systemClock, worker, readOnly = false, isRunning = worker !== undefined } = options;
  const log = options.log ?? createLog(config.log.level, { worker });
  const operations = bindOperations(loaded);
  const ring = openKeyRing(config, clock);
  const audit = createAuditLog(ring);
  if (isRunning) mustStillHaveStore(config);
  const store = await openStore(config, { clock, log: audit, readOnly });
  const vault = createVault(ring);
  const { realms, close: closeDirectories } = createRealms({ config, store, log });
  const messages = createMessages({ settings: config.messages, store, vault, clock, chance: systemChance, log });
  const pushCentre = createPush({ config, store, vault, clock, log });
  // Others are opened by the server alone: commands ask no outside service, and need not read its certificates.
  const backends = createBackends({ push: new Map([['default', pushCentre]]) });
  const ports = { clock, chance: systemChance, store, vault, messages, backends, qrCodes, realms };
  if (!readOnly) {
    await begin(config, audit, ports).catch(async (error: unknown) => {
      await store.close().catch(() => {});
      throw error;
    });
  }
  return { config, ring, ports, messages, push: pushCentre, operations, log, closeDirectories };
}

/** What comes before anything else with a store that may be written. */
async function begin(config: Config, audit: AuditLog, ports: Ports): Promise<void> {
  await mustFit(audit, ports.store);
  await makeFirstTokens(config, ports);
}

/** How often expired records are deleted, in milliseconds. */
const sweepEveryMs = 60_000;

/** What a worker does otherwise than a server of one process. */
export interface WorkerPart {
  readonly door: WorkerDoor;
  /** Whether this is the one that deletes what has expired. */
  readonly sweeps: boolean;
}

/**
 * Starts the listeners of an opened Portvakt. Stopping them closes the store as well.
 *
 * @throws Error when a port is taken, or a certificate cannot be used
 */
export async function startPortvakt(portvakt: Portvakt, demo?: DemoParts, worker?: WorkerPart): Promise<RunningServer> {
  const { config, messages, operations, log, closeDirectories } = portvakt;
  const backends = openBackends(config, { clock: portvakt.ports.clock, log }, portvakt.push);
  const ports = { ...portvakt.ports, backends };
  const callers = createCallers({
    ...config,
    http: createHttpClient(),
    clock: ports.clock,
    verifyPassword,
    log: (what, cause) => log.warn({ err: cause }, what),
  });
  await portvakt.push.applicationServerKey();
  const approve = push.createDeviceApi(ports);
  const site = openSite(config, operations);
  const parts = {
    openSignIn: (seen: Parameters<typeof observed>[1]) => createSignIn(observed(site, seen), ports),
    version,
    config,
    operations,
    ports,
    callers,
    messages,
    log,
    demo,
    approve,
    door: worker?.door,
  };
  const server = await startServer(parts).catch(async (error: unknown) => {
    await backends.close();
    throw error;
  });
  // Once, not for each worker.
  if (worker?.sweeps !== false) for (const { text, ...about } of warningsOf(config)) log.warn(about, text);
  const sweep =
    worker?.sweeps === false ? undefined : setInterval(() => void sweepStore(ports.store, log), sweepEveryMs);
  let stopped: Promise<void> | undefined;
  async function stop(served: Promise<void>): Promise<void> {
    clearInterval(sweep);
    try {
      await served;
    } finally {
      closeDirectories();
      // The store last: what the others still have to write goes there.
      const closing = [messages.close(), backends.close(), portvakt.push.close()];
      await Promise.all(closing).finally(() => ports.store.close());
    }
  }
  return {
    ...server,
    stop(leave) {
      const served = server.stop(leave);
      stopped ??= stop(served);
      return stopped;
    },
  };
}

async function sweepStore(store: Store, log: Log): Promise<void> {
  await store.sweep().catch((error: unknown) => {
    log.warn({ err: error }, 'expired records are left for the next time');
  });
}

/** What commands do with the tokens of a realm. */
export function tokensOf({ ports }: Portvakt, realm: string, origin: Origin): TokenCommands {
  return {
    ...otpToken.createTokenAdministration(realm, origin, ports),
    newSeed: (type, form) => otpToken.newSeed({ type, name: form.name }, form, ports.chance),
    readSeedFile: (text, options) =>
      otpToken.readSeedFile(text, { ...options, cipher: seedCipher, now: ports.clock.now() }),
  };
}

/** What commands do with the people of a realm's built-in directory; undefined when the realm has none. */
export function peopleOf(
  { config, ports: { store } }: Portvakt,
  realm: string,
  origin: Origin,
): PeopleCommands | undefined {
  return createPeopleCommands({ config, store }, realm, origin);
}

/** What commands do with the devices of a realm's people. */
export function devicesOf({ ports }: Portvakt, realm: string, origin: Origin): push.DeviceAdministration {
  return push.createDeviceAdministration(realm, origin, ports);
}

/** What commands do with the passkeys that a realm’s people sign in with. */
export function passkeysOf({ ports }: Portvakt, realm: string, origin: Origin): passkey.PasskeyAdministration {
  return passkey.createPasskeyAdministration(realm, origin, ports);
}

/** See {@link tokensOf}. */
export interface TokenCommands extends otpToken.TokenAdministration {
  newSeed(type: string, form: SeedForm): otpToken.TokenSeed;
  readSeedFile(text: string, options: SeedFileOptions): otpToken.SeedReport;
}

/** What a new token is to be like. */
export type SeedForm = Parameters<typeof otpToken.newSeed>[1] & { readonly name?: string | undefined };

/** How `portvakt token import` reads its file. */
export type SeedFileOptions = Omit<Parameters<typeof otpToken.readSeedFile>[1], 'cipher' | 'now'>;

/** Copies the embedded store in a folder into an empty PostgreSQL. @throws Error with the reason; then nothing is there */
export async function copyEmbeddedStore(
  config: Config,
  folder: string,
  target: string,
  progress: (done: number, total: number) => void,
): Promise<CopyReport> {
  if (!hasStoreFile(folder)) throw new Error(`There is no store in ${folder}.`);
  // The keys lie beside the store, unless they are configured.
  return copyInto(target, folder, openKeyRing({ ...config, store: undefined, data: folder }, systemClock), progress);
}

/** Where the key file of a configuration lies; undefined when the keys are given in it. */
export function keyFileOf({ keys, data }: Pick<Config, 'keys' | 'data'>): string | undefined {
  return keys === undefined ? join(data, 'keys.txt') : undefined;
}

function openKeyRing(config: Pick<Config, 'keys' | 'data' | 'store'>, clock: Clock): KeyRing {
  const file = keyFileOf(config);
  if (file === undefined) return parseKeyRing(config.keys ?? '');
  // A new key would open nothing that is in the store: better no start than refusing everybody.
  if (config.store === undefined && hasStoreFile(config.data) && !existsSync(file)) {
    throw new Error(`There is a store in ${config.data}, but its key file ${file} is gone. Put the copy of it back.`);
  }
  return openKeyFile(file, clock.now());
}

/** Better no start than codes that nobody can open, or a log that is sealed over somebody's changes. */
async function mustFit(log: AuditLog, store: Store): Promise<void> {
  const written = await headsOf(store);
  if (written.length === 0 && (await isNew(store))) return;
  // Between the two looks another server may have written the first entries.
  const heads = written.length > 0 ? written : await headsOf(store);
  if (heads.length > 0 && heads.every(log.trusts)) return;
  throw new Error(
    'The store does not fit the keys: they are those of another store, or its audit log was changed. "portvakt events verify" tells which.',
  );
}

async function headsOf(store: Store): Promise<readonly LogHead[]> {
  const heads = await Promise.all((await store.chains()).map((chain) => store.head(chain)));
  return heads.filter((head) => head !== undefined);
}

/** True for a store in which nothing has happened: whoever has an account has left an event. */
async function isNew(store: Store): Promise<boolean> {
  const { items } = await store.list(accounts, { limit: 1 });
  const entries = await store.events(Number.MIN_SAFE_INTEGER, 1);
  return items.length === 0 && entries.length === 0;
}

async function makeFirstTokens(config: Config, { store, vault }: Ports): Promise<void> {
  for (const realm of Object.keys(config.realms)) {
    for (const [user, { tokens }] of configuredPeople(config, realm)) {
      if (tokens.length === 0) continue;
      const seeds = tokens.map(({ secret, ...token }) => ({ ...token, secret: otpToken.parseBase32(secret).bytes }));
      const owner = { realm, user, origin: { trace: '0'.repeat(32), caller: 'configuration' } };
      await store.change(accountOf(realm, user), otpToken.makeFirstTokens(owner, seeds, vault));
    }
  }
}

/** The version of this Portvakt. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
