import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { createBankIdSimulator } from './methods/bankid/simulator/index.ts';
import { createFrejaSimulator } from './methods/freja/simulator/index.ts';
import { createNetIdSimulator } from './methods/netid-access/simulator/index.ts';
import type { SimClock } from './simulator-kit/clock.ts';
import type { Simulator } from './simulator-kit/simulator.ts';

/** The services that can be simulated, by the section of the configuration that connects to them. */
export const simulated = ['bankid', 'freja', 'netid'] as const;

/** One of {@link simulated}. */
export type Simulated = (typeof simulated)[number];

/** What people call them. */
export const titles: Readonly<Record<Simulated, string>> = {
  bankid: 'BankID',
  freja: 'Freja eID',
  netid: 'Net iD Access',
};

/** Where a simulator listens, and by what time; 127.0.0.1 and any free ports unless given. */
export interface SimulatorPlace {
  readonly host?: string;
  /** Of the service. */
  readonly port?: number;
  /** Of the page on which one plays the user. */
  readonly controlPort?: number;
  /** The time it goes by; the computer's. */
  readonly clock?: SimClock;
}

/** A simulator that runs, and how to connect to it. */
export interface RunningSimulator {
  readonly name: Simulated;
  readonly simulator: Simulator;
  /** Settings of a connection to it, for `<name>.default` of a configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A service without its files: what it is believed by, and what connecting to it takes beside TLS. */
interface Made {
  readonly simulator: Simulator;
  /** Name → PEM. */
  readonly files: Readonly<Record<string, string>>;
  /** `at` tells where a file lies. */
  settings(at: (file: string) => string): Readonly<Record<string, unknown>>;
}

const makers: Readonly<Record<Simulated, (place: SimulatorPlace) => Promise<Made>>> = {
  async bankid(place) {
    const simulator = await createBankIdSimulator(place);
    return {
      simulator,
      files: { 'people-ca.pem': simulator.signatureRoot },
      settings: (at) => ({ mode: 'test', url: simulator.url, proof: { roots: [at('people-ca.pem')] } }),
    };
  },
  async freja(place) {
    const simulator = await createFrejaSimulator(place);
    return {
      simulator,
      files: { 'signer.pem': simulator.signingCertificatePem },
      settings: (at) => ({ mode: 'test', url: simulator.url, jwsCertificates: [at('signer.pem')] }),
    };
  },
  async netid(place) {
    const simulator = await createNetIdSimulator(place);
    return {
      simulator,
      files: { 'people-ca.pem': simulator.cardAuthority },
      settings: (at) => ({ url: simulator.serviceUrl, certificate: { authorities: [at('people-ca.pem')] } }),
    };
  },
};

/** Simulators that run. */
export interface Simulation {
  readonly running: readonly RunningSimulator[];
  close(): Promise<void>;
}

/** Starts several simulators, each as {@link startSimulator}; all of them or none. `placeOf`: where the first, second, … listens. */
export async function startSimulators(
  names: readonly Simulated[],
  folder: string,
  placeOf: (index: number) => SimulatorPlace = () => ({}),
): Promise<Simulation> {
  const starts = await Promise.allSettled(names.map((name, index) => startSimulator(name, folder, placeOf(index))));
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const close = async () => void (await Promise.all(running.map(({ simulator }) => simulator.close())));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return { running, close };
}

/**
 * Starts a simulator and writes what one needs to connect to it into a folder: its authority, a client certificate with its key, and what its
 * people are believed by. The files of an earlier start are replaced.
 */
async function startSimulator(name: Simulated, folder: string, place: SimulatorPlace = {}): Promise<RunningSimulator> {
  const made = await makers[name](place);
  const { certificatePem, keyPem } = await made.simulator.issueClient();
  const files = { 'ca.pem': made.simulator.ca, 'client.pem': certificatePem, 'client.key': keyPem, ...made.files };
  const at = (file: string) => resolve(join(folder, name, file));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(at(file)), { recursive: true, mode: 0o700 });
    writeFileSync(at(file), text, { mode: 0o600 });
  }
  const { mode, url, ...rest } = made.settings(at);
  const tls = { cert: at('client.pem'), key: at('client.key'), ca: [at('ca.pem')] };
  return { name, simulator: made.simulator, settings: { ...(mode !== undefined && { mode }), url, tls, ...rest } };
}

/** The connections to these simulators, as they stand in a configuration. */
export function snippetOf(running: readonly RunningSimulator[]): string {
  return stringify(Object.fromEntries(running.map(({ name, settings }) => [name, { default: settings }])));
}
