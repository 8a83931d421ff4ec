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
import { messageEvents } from './adapters/messages-events.ts';
import { seedCipher } from './adapters/seed-cipher.ts';
import { openSqliteStore } from './adapters/store-sqlite.ts';
import { createVault } from './adapters/vault.ts';
import { createPush, type PushCentre } from './compose-push.ts';
import { configuredPeople, createPeopleCommands, createRealms, type PeopleCommands } from './compose-realms.ts';
import { ConfigFaults, formatFaults, sortLines } from './config/config-faults.ts';
import { type Loaded, loadConfig, type Overrides } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { accountOf, accounts } from './core/account.ts';
import { createBackends } from './core/backend.ts';
import { type BoundOperation, bind } from './core/bind.ts';
import { coreEvents, type EventType, type Origin } from './core/event.ts';
import type { Fault } from './core/fault.ts';
import type { Clock, Ports } from './core/ports.ts';
import type { Store } from './core/store.ts';
import { transactionEvents } from './core/transaction-events.ts';
import * as otpSms from './methods/otp-sms/index.ts';
import * as otpToken from './methods/otp-token/index.ts';
import * as push from './methods/push/index.ts';
import * as session from './methods/session/index.ts';
import { createCallers } from './server/callers/index.ts';
import type { DemoParts } from './server/demo.ts';
import { type RunningServer, startServer } from './server/index.ts';
import { steps as commonSteps } from './steps/index.ts';

export { createLogCheck, type LogCheck, type LogFinding, parsePublicKeys, publicKeysOf } from './adapters/audit-log.ts';
export { addKey } from './adapters/key-ring.ts';
export { reseal } from './adapters/reseal.ts';
export { type NewPerson, type PeopleCommands, PeopleFaults, type StoredPerson } from './compose-realms.ts';
export { ImportFaults, type OwnedToken, toBase32, toKeyUri } from './methods/otp-token/index.ts';
export type { DeviceAdministration } from './methods/push/index.ts';
export { readTls } from './server/tls.ts';

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
}

/** Every step there is. */
export const steps = [...commonSteps, ...otpToken.steps, ...otpSms.steps, ...session.steps, ...push.steps];

/** Every operation that ships. */
export const presets = {
  ...otpToken.operations,
  ...otpSms.operations,
  ...session.operations,
  ...push.operations,
};

/** Every event there is. */
export const eventTypes: readonly EventType[] = [
  ...Object.values(coreEvents),
  ...Object.values(messageEvents),
  ...Object.values(otpToken.tokenEvents),
  ...Object.values(transactionEvents),
  ...Object.values(push.pushEvents),
];

/** Reads a configuration and binds its operations. @throws ConfigFaults with everything that is wrong, by file and line */
export function loadPortvaktConfig(path: string, overrides: Overrides = {}): Loaded {
  try {
    const loaded = loadConfig(path, { env: process.env, overrides });
    bindOperations(loaded);
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigFaults) || error.locate === undefined) throw error;
    // What the steps would complain of is told along with the rest.
    const { faults } = bind({ ...presets, ...error.operations }, steps);
    throw new ConfigFaults(sortLines([...error.lines, ...formatFaults(faults, error.locate)]));
  }
}

/** Binds the operations of the configuration and those that ship. @throws ConfigFaults with every fault, by file and line */
export function bindOperations({ config, locate }: Loaded): ReadonlyMap<string, BoundOperation> {
  const { operations, faults } = bind({ ...presets, ...config.operations }, steps);
  const unknown = Object.entries(config.tenants).flatMap(([id, tenant]): Fault[] =>
    tenant.operations.flatMap((name, index) =>
      operations.has(name)
        ? []
        : [
            {
              path: ['tenants', id, 'operations', index],
              message: `there is no operation "${name}"; there are ${[...operations.keys()].join(', ')}`,
            },
          ],
    ),
  );
  const all = [...faults, ...unknown];
  if (all.length > 0) throw new ConfigFaults(formatFaults(all, locate));
  return operations;
}

/** How a store is opened. */
interface OpenOptions {
  /** The computer's, but for tests. */
  readonly clock?: Clock;
  /** Nothing is written, and a store that somebody has tampered with is opened all the same: for looking into it. */
  readonly readOnly?: boolean;
}

/** Opens the store and all that hangs on it. @throws Error when the keys are not those of the store, or its log was changed */
export async function openPortvakt(loaded: Loaded, options: OpenOptions = {}): Promise<Portvakt> {
  const { clock = systemClock, readOnly = false } = options;
  const { config } = loaded;
  const operations = bindOperations(loaded);
  const ring = openKeyRing(config, clock);
  const log = createAuditLog(ring);
  const store = openSqliteStore({ path: storeFileIn(config.data), clock, log, readOnly });
  const vault = createVault(ring);
  const realms = createRealms({ config, store, log: createLog(config.log.level) });
  const pushCentre = createPush({ config, store, vault, clock, log: createLog(config.log.level) });
  const backends = createBackends({ push: new Map([['default', pushCentre]]) });
  const messages = createMessages({ settings: config.messages, store, vault, clock, chance: systemChance });
  const ports = { clock, chance: systemChance, store, vault, messages, backends, realms };
  if (!readOnly) {
    await mustFit(log, store);
    await makeFirstTokens(config, ports);
  }
  return { config, ring, ports, messages, push: pushCentre, operations };
}

/** How often expired records are deleted, in milliseconds. */
const sweepEveryMs = 60_000;

/** Starts the listeners of an opened Portvakt. Stopping them closes the store as well. */
export async function startPortvakt(portvakt: Portvakt, demo?: DemoParts): Promise<RunningServer> {
  const { config, ports, operations } = portvakt;
  const log = createLog(config.log.level);
  const callers = createCallers({
    ...config,
    http: createHttpClient(),
    clock: ports.clock,
    verifyPassword,
    log: (what, cause) => log.warn({ err: cause }, what),
  });
  await portvakt.push.applicationServerKey();
  const approve = push.createDeviceApi(ports);
  const server = await startServer({ version, config, operations, ports, callers, log, demo, approve });
  const sweep = setInterval(() => {
    ports.store
      .sweep()
      .catch((error: unknown) => log.warn({ err: error }, 'expired records are left for the next time'));
  }, sweepEveryMs);
  return {
    ...server,
    async stop() {
      clearInterval(sweep);
      try {
        await server.stop();
      } finally {
        await portvakt.push.close();
        await portvakt.messages.close().finally(() => ports.store.close());
      }
    },
  };
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

/** See {@link tokensOf}. */
export interface TokenCommands extends otpToken.TokenAdministration {
  newSeed(type: string, form: SeedForm): otpToken.TokenSeed;
  readSeedFile(text: string, options: SeedFileOptions): otpToken.SeedReport;
}

/** What a new token is to be like. */
export type SeedForm = Parameters<typeof otpToken.newSeed>[1] & { readonly name?: string | undefined };

/** How `portvakt token import` reads its file. */
export type SeedFileOptions = Omit<Parameters<typeof otpToken.readSeedFile>[1], 'cipher' | 'now'>;

/** True when a store was made in this data folder before. */
export function hasStore(data: string): boolean {
  return existsSync(storeFileIn(data));
}

function storeFileIn(data: string): string {
  return join(data, 'portvakt.db');
}

/** Where the key file of a configuration lies; undefined when the keys are given in it. */
export function keyFileOf({ keys, data }: Config): string | undefined {
  return keys === undefined ? join(data, 'keys.txt') : undefined;
}

function openKeyRing(config: Config, clock: Clock): KeyRing {
  const file = keyFileOf(config);
  if (file === undefined) return parseKeyRing(config.keys ?? '');
  // A new key would open nothing that is in the store: better no start than refusing everybody.
  if (hasStore(config.data) && !existsSync(file)) {
    throw new Error(`There is a store in ${config.data}, but its key file ${file} is gone. Put the copy of it back.`);
  }
  return openKeyFile(file, clock.now());
}

/** Better no start than codes that nobody can open, or a log that is sealed over somebody's changes. */
async function mustFit(log: AuditLog, store: Store): Promise<void> {
  const head = await store.head();
  const fits = head === undefined ? await isNew(store) : log.trusts(head);
  if (fits) return;
  await store.close().catch(() => {});
  throw new Error(
    'The store does not fit the keys: they are those of another store, or its audit log was changed. "portvakt events verify" tells which.',
  );
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
