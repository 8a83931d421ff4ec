import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Portvakt } from './compose.ts';
import { version } from './compose.ts';
import { startApplication } from './compose-demo-application.ts';
import { eidTrials } from './compose-demo-eids.ts';
import { configuredPeople } from './compose-realms.ts';
import { type Simulated, type Simulation, simulated, startSimulators, titles } from './compose-simulators.ts';
import type { Loaded } from './config/load.ts';
import { type Config, configSchema } from './config/schema.ts';
import { accountOf } from './core/account.ts';
import { shownCode } from './methods/otp-token/index.ts';
import type { DemoEid, DemoMessage, DemoParts, DemoPerson, DemoState, DemoToken } from './server/demo.ts';

/** An eID that is played, and where one plays its user. */
export interface PlayedEid {
  readonly name: Simulated;
  readonly url: string;
}

/** The eIDs that a demo plays, and the example application. */
interface DemoSimulation extends Pick<Simulation, 'close'> {
  readonly played: readonly PlayedEid[];
  /** Where the example application is, if it runs. */
  readonly application?: string | undefined;
  /** The configuration that leads to all of them. */
  connect(loaded: Loaded): Loaded;
  /** They are told where Portvakt answers. */
  begin(url: string): void;
}

/** For a demo, plays each eID service that no connection is configured to, and runs the example application; for others, nothing. */
export async function surroundDemo(loaded: Loaded): Promise<DemoSimulation> {
  const application = await startApplication(loaded.config);
  const { played, connect, close } = await simulateForDemo(loaded).catch(async (error: unknown) => {
    await application.close();
    throw error;
  });
  return {
    played,
    application: application.url,
    connect(given) {
      const connected = connect(given);
      return { ...connected, config: application.connect(connected.config) };
    },
    begin: application.begin,
    close: async () => void (await Promise.all([close(), application.close()])),
  };
}

async function simulateForDemo({ config }: Loaded): Promise<Pick<DemoSimulation, 'played' | 'connect' | 'close'>> {
  if (!config.demo) return { connect: (loaded) => loaded, played: [], close: async () => {} };
  const missing = simulated.filter((name) => Object.keys(config[name]).length === 0);
  // A folder of its own: a second demo must not replace the certificates of the first.
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-demo-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const { running, close } = await startSimulators(missing, folder).catch((error: unknown) => {
    remove();
    throw error;
  });
  const connections = running.map(({ name, settings }) => [
    name,
    configSchema.shape[name].parse({ default: settings }),
  ]);
  return {
    played: running.map(({ name, simulator }) => ({ name, url: `${simulator.controlUrl}/` })),
    close: () => close().finally(remove),
    connect: (loaded) => ({ ...loaded, config: { ...loaded.config, ...Object.fromEntries(connections) } }),
  };
}

/** What is shown beside what the configuration and the store hold. */
export interface DemoSurroundings {
  /** Options that say which configuration a command works on. */
  readonly commandLine: string;
  readonly played: readonly PlayedEid[];
  readonly application?: string | undefined;
}

/** What the demo page and the lines at the start show: the configured people, with the codes that are right at the moment. */
export function createDemo(
  portvakt: Portvakt,
  { commandLine, played, application }: DemoSurroundings,
  outboxOf: OutboxView = createOutboxView(portvakt),
): DemoParts {
  const { config, operations } = portvakt;
  const eids = eidsOf(config, played);
  return {
    async state(url, managementUrl): Promise<DemoState> {
      const people = await peopleOf(portvakt);
      const outbox = await outboxOf();
      return {
        version,
        url,
        ...(managementUrl && { managementUrl }),
        tenants: Object.entries(config.tenants).map(([id, { name = id, operations, callers }]) => ({
          id,
          name,
          operations,
          callers: callers.map(inWords),
        })),
        operations: [...operations.values()].map(({ name, summary }) => ({ name, summary })),
        people,
        eids,
        ...(application !== undefined && { application }),
        ...(outbox && { outbox }),
        tryOut: [
          ...linesToTry({ url, people, commandLine, hasOutbox: outbox !== undefined }),
          ...eids.map((eid) => lineOfEid(url, eid)),
        ],
      };
    },
  };
}

/** The try-outs of the eIDs that are played, for a tenant who may ask without proof. */
function eidsOf({ tenants }: Config, played: readonly PlayedEid[]): DemoEid[] {
  return played.flatMap(({ name, url }) => {
    const { start, check } = eidTrials[name];
    const [tenant] = Object.entries(tenants).filter(
      ([, { operations, callers }]) =>
        [start, check].every(({ operation }) => operations.includes(operation)) &&
        callers.some((caller) => 'open' in caller),
    );
    if (tenant === undefined) return [];
    return [{ title: titles[name], tenant: tenant[0], start, check, simulatorUrl: url }];
  });
}

async function peopleOf({ config, ports }: Portvakt): Promise<DemoPerson[]> {
  const found = Object.keys(config.realms).flatMap((realm) =>
    configuredPeople(config, realm).map(([user, person]) => ({ realm, user, person })),
  );
  return Promise.all(
    found.map(async ({ realm, user, person }) => {
      const account = await ports.store.read(accountOf(realm, user));
      const at = ports.clock.now();
      const tokens = Object.entries(account?.tokens ?? {})
        .filter(([, { state }]) => state === 'active')
        .map(([id, token]): DemoToken => {
          const { type, digits, periodSeconds } = token;
          return { id, type, digits, periodSeconds, ...shownCode(realm, user, id, token, at, ports.vault) };
        });
      const attributes = Object.fromEntries(
        Object.entries(person.attributes).map(([name, value]) => [name, [value].flat().join(', ')]),
      );
      const { displayName = user } = attributes;
      return { username: user, displayName, attributes, ...(person.password && { password: person.password }), tokens };
    }),
  );
}

/** The messages that were kept, newest first; nothing where they are sent. */
export type OutboxView = () => readonly DemoMessage[] | undefined | Promise<readonly DemoMessage[] | undefined>;

/** Those of this process. */
export function createOutboxView({ config, messages }: Portvakt): () => readonly DemoMessage[] | undefined {
  const { gateways, mail } = config.messages;
  const isKept = gateways.some((gateway) => 'log' in gateway) || (mail !== undefined && 'log' in mail);
  const ids = new WeakMap<object, string>();
  let count = 0;
  return () => {
    if (!isKept) return undefined;
    return messages
      .outbox()
      .toReversed()
      .map((message) => {
        const id = ids.get(message) ?? `${message.at}-${process.pid}-${count}`;
        if (!ids.has(message)) count += 1;
        ids.set(message, id);
        return { id, ...message };
      });
  };
}

function inWords(caller: Config['tenants'][string]['callers'][number]): string {
  if ('open' in caller) return 'anyone on this computer, without proof';
  if ('basic' in caller) return `HTTP basic as ${caller.basic.username}`;
  return 'certificate' in caller ? 'client certificate' : 'OAuth 2 bearer token';
}

interface Surroundings {
  readonly url: string;
  readonly people: readonly DemoPerson[];
  /** Options that say which configuration a command works on. */
  readonly commandLine: string;
  readonly hasOutbox: boolean;
}

function linesToTry({ url, people, commandLine, hasOutbox }: Surroundings): DemoState['tryOut'] {
  const choices = people.flatMap(({ username, tokens }) => tokens.map(({ code }) => ({ username, code })));
  const right = choices.find(({ code }) => code !== undefined);
  const ask = (operation: string, who: string, body: object) =>
    `curl -i -X PUT ${url}/api/authentication/${operation} ${who} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  const open = "-H 'tenant: t1'";
  const portal = "-u portal:demo-secret -H 'tenant: ot'";
  const accepted = right && ask('otp_token_auth', open, { username: right.username, otp: right.code });
  const message = {
    title: 'sendSMS, a text message: it goes nowhere but into the outbox of the demo page',
    command: ask('sendSMS', portal, { mobile: '070-123 45 67', message: 'Hej Wayne! Din kod är 482913.' }),
  };
  return [
    ...(accepted ? [{ title: 'A right code: 200. Send it twice, and the second is refused', command: accepted }] : []),
    { title: 'A wrong code: 403', command: ask('otp_token_auth', open, { username: 'ghopper', otp: '00000000' }) },
    {
      title: 'As a portal that proves itself: give Alan Turing a token',
      command: ask('token_enroll', portal, { username: 'aturing', type: 'totp' }),
    },
    ...(hasOutbox ? [message] : []),
    { title: 'Who signed in, and who was refused', command: `./portvakt events list ${commandLine}` },
    { title: 'Is the audit log complete and unchanged?', command: `./portvakt events verify ${commandLine}` },
  ];
}

/** Starts, and waits until the user has done something; which identification goes from one answer into the next question. */
function lineOfEid(url: string, { title, tenant, start, check, simulatorUrl }: DemoEid): DemoState['tryOut'][number] {
  const ask = (operation: string) =>
    `curl -s -X PUT ${url}/api/authentication/${operation} -H 'tenant: ${tenant}' -H 'content-type: application/json'`;
  const begin = `id=$(${ask(start.operation)} -d '${JSON.stringify(start.body)}' | grep -o '"${check.property}":"[^"]*"')`;
  return {
    title: `${title}: start, and wait for the user, whom you play at ${simulatorUrl}`,
    command: `${begin}; ${ask(check.operation)} -H 'prefer: wait=60' -d "{$id}"`,
  };
}
