import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAuditLog } from '../../src/adapters/audit-log.ts';
import { systemChance } from '../../src/adapters/chance.ts';
import { createJwsCheck } from '../../src/adapters/jws-check.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { qrCodes } from '../../src/adapters/qr-codes.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { createVendorClient } from '../../src/adapters/vendor-client.ts';
import { createBackends } from '../../src/core/backend.ts';
import { bind } from '../../src/core/bind.ts';
import { frejaSchema } from '../../src/core/freja-settings.ts';
import { runOperation } from '../../src/core/pipeline.ts';
import type { Log } from '../../src/core/ports.ts';
import { createFrejaBackend, operations, steps } from '../../src/methods/freja/index.ts';
import {
  createFrejaSimulator,
  type FrejaSimulator,
  type FrejaSimulatorOptions,
} from '../../src/methods/freja/simulator/index.ts';
import { createSimClock } from '../../src/simulator-kit/clock.ts';
import { createMemoryStore } from './memory-store.ts';

/** A clock that the simulator and we go by; it stands still until `pass`. */
export function sharedClock() {
  let now = Date.UTC(2026, 10, 22, 12);
  const clock = createSimClock(() => now);
  return {
    now: () => now,
    /** The simulator's. */
    sim: clock,
    pass(seconds: number): void {
      now += seconds * 1000;
    },
  };
}

/** A simulator on a clock of ours. */
export async function frejaOn(clock: ReturnType<typeof sharedClock>, options: FrejaSimulatorOptions = {}) {
  return await createFrejaSimulator({ ...options, clock: clock.sim });
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Settings of the connection; `tls` and `jwsCertificates` are written here. */
export type Written = Readonly<Record<string, unknown>>;

/** Everything of ours between an operation and Freja, over the memory store, for one test. */
export async function connected(
  simulator: FrejaSimulator,
  clock: ReturnType<typeof sharedClock>,
  written: Written = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-freja-'));
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const { certificatePem, keyPem } = await simulator.issueClient();
  const settings = frejaSchema.parse({
    mode: 'test',
    url: simulator.url,
    tls: { cert: file('cert.pem', certificatePem), key: file('key.pem', keyPem), ca: [file('ca.pem', simulator.ca)] },
    jwsCertificates: [file('jws.pem', simulator.signingCertificatePem)],
    timeoutMs: 10_000,
    ...written,
  });
  const http = createVendorClient({ name: 'freja.default', tls: settings.tls, failures: 1000 }, silent);
  onTestFinished(async () => {
    await http.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const jws = createJwsCheck(
    { name: 'freja.default.jwsCertificates', files: settings.jwsCertificates },
    { clock, log: silent },
  );
  const backend = createFrejaBackend(settings, { http, jws, clock });
  const ring = parseKeyRing(newKeyLine(0));
  const store = createMemoryStore({ clock, log: createAuditLog(ring) });
  const ports = {
    clock,
    chance: systemChance,
    store,
    vault: createVault(ring),
    messages: { sms: async () => {}, mail: async () => {} },
    backends: createBackends({ freja: new Map([['default', backend]]) }),
    qrCodes,
    realms: new Map(),
  };
  const bound = bind(operations, steps);

  async function ask(operation: keyof typeof operations, input: Readonly<Record<string, string>>, tenant = 't1') {
    const known = bound.operations.get(operation);
    if (known === undefined) throw new Error(`there is no operation ${operation}`);
    const origin = { trace: 'a'.repeat(32), tenant, operation };
    const start = {
      operation,
      tenant: { id: tenant, realm: 'default' },
      caller: { name: 'open', address: '127.0.0.1' },
      headers: {},
      input,
      origin,
      reply: {},
    };
    return (await runOperation(known, start, ports)).reply;
  }

  return {
    settings,
    backend,
    ask,
    /** Replaces the certificates that results are checked with. */
    signers: (...pems: readonly string[]) => void file('jws.pem', pems.join('\n')),
    /** Names and reasons of the events so far. */
    async events(): Promise<readonly string[]> {
      const entries = await store.events(0, 1000);
      return entries.map(({ body }) => {
        const { event, reason } = JSON.parse(body) as { readonly event: string; readonly reason?: string };
        return reason === undefined ? event : `${event} ${reason}`;
      });
    },
  };
}
