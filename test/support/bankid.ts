import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, onTestFinished } from 'vitest';
import { createAuditLog } from '../../src/adapters/audit-log.ts';
import { systemChance } from '../../src/adapters/chance.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { qrCodes } from '../../src/adapters/qr-codes.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { createVendorClient } from '../../src/adapters/vendor-client.ts';
import { openBankId } from '../../src/compose-bankid.ts';
import { createBackends } from '../../src/core/backend.ts';
import { bankIdSchema } from '../../src/core/bankid-settings.ts';
import { bind } from '../../src/core/bind.ts';
import type { Operation } from '../../src/core/operation.ts';
import { runOperation } from '../../src/core/pipeline.ts';
import type { Log } from '../../src/core/ports.ts';
import { operations } from '../../src/methods/bankid/operations.ts';
import {
  type BankIdSimulator,
  type BankIdSimulatorOptions,
  createBankIdSimulator,
} from '../../src/methods/bankid/simulator/index.ts';
import { steps } from '../../src/methods/bankid/steps.ts';
import { createSimClock } from '../../src/simulator-kit/clock.ts';
import { steps as commonSteps } from '../../src/steps/index.ts';
import { createMemoryStore } from './memory-store.ts';
import { noon } from './server.ts';

/** A folder for the files of one test, and what writes into it. */
export function testFiles(): (name: string, content: string | Buffer) => string {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-bankid-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

/** A simulator that the tests of a file share; its time stands still until a test lets it pass. */
export function sharedSimulator(options: BankIdSimulatorOptions = {}): () => BankIdSimulator {
  let simulator: BankIdSimulator | undefined;
  beforeAll(async () => {
    simulator = await createBankIdSimulator({ clock: createSimClock(() => noon), ...options });
    return () => simulator?.close();
  });
  return () => {
    if (simulator === undefined) throw new Error('the simulator is there once the tests run');
    simulator.faults.set(undefined);
    return simulator;
  };
}

/** Settings of a connection to the simulator, as somebody would write them. */
export async function settingsFor(simulator: BankIdSimulator, more: object = {}) {
  const put = testFiles();
  const { certificatePem, keyPem } = await simulator.issueClient();
  return {
    mode: 'test',
    url: simulator.url,
    tls: { cert: put('own.pem', certificatePem), key: put('own.key', keyPem), ca: [put('ca.pem', simulator.ca)] },
    proof: { roots: [put('people.pem', simulator.signatureRoot)] },
    ...more,
  };
}

/** The operations that ship, and others, over the memory store and a connection to the simulator; ends with the test. */
export async function startBankId(
  simulator: BankIdSimulator,
  {
    settings = {},
    more = {},
  }: { readonly settings?: object; readonly more?: Readonly<Record<string, Operation>> } = {},
) {
  const { clock } = simulator;
  const ring = parseKeyRing(newKeyLine(0));
  const store = createMemoryStore({ clock, log: createAuditLog(ring) });
  const ports = { clock, chance: systemChance, vault: createVault(ring), store };
  const logged: string[] = [];
  const answers: string[] = [];
  const write = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const backend = openBankId(bankIdSchema.parse(await settingsFor(simulator, settings)), {
    where: 'bankid.default',
    clock,
    log,
    client(given) {
      const client = createVendorClient({ name: 'bankid.default', ...given, failures: 1000 }, log);
      onTestFinished(() => client.close());
      return {
        ...client,
        async request(asked) {
          const answer = await client.request(asked);
          answers.push(answer.body);
          return answer;
        },
      };
    },
  });
  const connections = new Map([
    ['default', backend],
    ['other', backend],
  ]);
  const bound = bind({ ...operations, ...more }, [...commonSteps, ...steps]);
  if (bound.faults.length > 0) throw new Error(JSON.stringify(bound.faults));
  const messages = { sms: async () => {}, mail: async () => {} };
  const all = { ...ports, messages, qrCodes, backends: createBackends({ bankid: connections }), realms: new Map() };
  async function ask(name: string, input: object = {}, { tenant = 't1', address = '192.0.2.9', headers = {} } = {}) {
    const operation = bound.operations.get(name);
    if (operation === undefined) throw new Error(`there is no ${name}`);
    const origin = { trace: 'a'.repeat(32), tenant, operation: name };
    const caller = { name: 'open', address };
    const start = { operation: name, tenant: { id: tenant, realm: 'default' }, caller, headers, origin };
    return (await runOperation(operation, { ...start, input: { ...input }, reply: {} }, all)).reply;
  }
  /** Names and reasons of the events so far. */
  async function events(): Promise<readonly string[]> {
    const entries = await store.events(0, 100_000);
    return entries.map(({ body }) => {
      const { event, reason } = JSON.parse(body) as { readonly event: string; readonly reason?: string };
      return reason === undefined ? event : `${event} ${reason}`;
    });
  }
  return {
    ask,
    events,
    logged,
    /** What BankID said, word for word. */
    answers,
    store,
    /** Lets so many seconds pass, for the simulator too. */
    pass: (seconds: number) => clock.advance(seconds),
    /** Starts an order; tells its id, the simulator’s reference and how to ask about it two seconds later. */
    async begin(input: object = {}, operation = 'bankid_start_auth') {
      const reply = await ask(operation, input);
      const { transactionID = '' } = reply;
      const check = (more: object = {}) => {
        clock.advance(2);
        return ask('bankid_check_auth', { transactionID, ...more });
      };
      return { id: transactionID, ref: simulator.orders()[0]?.ref ?? '', reply, check };
    },
  };
}
