import { createAuthority } from '../../../simulator-kit/authority.ts';
import { createSimClock, type SimClock } from '../../../simulator-kit/clock.ts';
import { serveSimulator } from '../../../simulator-kit/serve.ts';
import type { Simulator } from '../../../simulator-kit/simulator.ts';
import { answer } from './answers.ts';
import { createControl } from './control.ts';
import { faults } from './faults.ts';
import { createOrderBook, type Lifetimes, lifetimes } from './orders.ts';
import { createBank } from './people.ts';

/** How the simulator is started. */
export interface BankIdSimulatorOptions {
  /** Its time; the computer’s. */
  readonly clock?: SimClock;
  /** Address to listen at; 127.0.0.1. */
  readonly host?: string;
  /** Of the vendor’s interface and of the page; any free ones. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Authorities, PEM, whose relying parties are taken beside the simulator’s own. */
  readonly clientAuthorities?: readonly string[];
  readonly lifetimes?: Partial<Lifetimes>;
  /** After a cancel the order can be collected once more, as failed; false. */
  readonly keepsCancelled?: boolean;
}

/** A running simulator of BankID. `url` is the base address of the methods: `https://…/rp/v6.0`. */
export interface BankIdSimulator extends Simulator {
  /** The root of the people’s BankIDs, PEM: what a relying party must trust to verify signatures. */
  readonly signatureRoot: string;
}

/**
 * Starts a simulated BankID, written from the vendor’s documents alone: mutual TLS with an authority of its own, people with BankIDs of a bank
 * of its own, signatures and answers about revocation that can be verified.
 */
export async function createBankIdSimulator(options: BankIdSimulatorOptions = {}): Promise<BankIdSimulator> {
  const { clock = createSimClock(), clientAuthorities = [], keepsCancelled = false } = options;
  const { lifetimes: given, keepsCancelled: _, ...listening } = options;
  const [authority, bank] = await Promise.all([
    createAuthority({
      name: 'Simulated BankID SSL Root',
      subject: 'CN=Simulated BankID SSL Root CA v1, O=Simulated ID-Teknik AB',
    }),
    createBank(),
  ]);
  const book = createOrderBook(clock, { ...lifetimes, ...given });
  const service = { book, bank, now: clock.now, keepsCancelled };
  const simulator = await serveSimulator({
    ...listening,
    authority,
    clientAuthorities,
    clock,
    faults,
    handle: (request) => answer(request, service),
    control: createControl(book),
  });
  return {
    ...simulator,
    url: `${simulator.url}/rp/v6.0`,
    issueClient: (subject = 'CN=Simulated relying party, O=Testbank S AB (publ), C=SE') =>
      simulator.issueClient(subject),
    signatureRoot: bank.rootPem,
  };
}
