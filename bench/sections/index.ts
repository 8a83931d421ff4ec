import type { Findings } from '../findings.ts';
import type { Bench } from '../plan.ts';
import { measureBankId } from './bankid.ts';
import { measureChecks, measureReads } from './checks.ts';
import { measureDurability } from './durability.ts';
import { measureParked } from './parked.ts';
import { measurePeers } from './peers.ts';
import { measurePush } from './push.ts';
import { measureSlowDisk } from './slow-disk.ts';
import { measureTails } from './tails.ts';
import { measureWorkers } from './workers.ts';

/** A part of the bench that can be run by itself. */
export interface Section {
  readonly summary: string;
  measure(bench: Bench): Promise<Partial<Findings>>;
}

/** The name of a section, as `--only` takes it. */
export type SectionName =
  | 'checks'
  | 'reads'
  | 'push'
  | 'bankid'
  | 'parked'
  | 'workers'
  | 'tails'
  | 'slow-disk'
  | 'peers'
  | 'kill';

/** All sections, in the order in which they are run. */
export const sections: Readonly<Record<SectionName, Section>> = {
  checks: {
    summary: 'right and wrong codes, with stores of every size',
    measure: async (bench) => ({ rows: await measureChecks(bench) }),
  },
  reads: {
    summary: 'whether sessions hold, how approvals stand',
    measure: async (bench) => ({ rows: await measureReads(bench) }),
  },
  push: {
    summary: 'approvals on the phone, from start to end',
    measure: async (bench) => ({ rows: await measurePush(bench) }),
  },
  bankid: {
    summary: 'BankID: pending identifications, and whole ones from start to end',
    measure: async (bench) => ({ rows: await measureBankId(bench) }),
  },
  parked: {
    summary: 'polls that wait',
    measure: async (bench) => ({ parked: await measureParked(bench) }),
  },
  workers: {
    summary: 'one process and two',
    measure: async (bench) => ({ scalings: await measureWorkers(bench) }),
  },
  tails: {
    summary: 'answer times at 70 % of the peak',
    measure: async (bench) => ({ tails: await measureTails(bench) }),
  },
  'slow-disk': {
    summary: 'reads beside writes on a disk that takes 8 ms to flush',
    measure: async (bench) => ({ slowDisk: await measureSlowDisk(bench) }),
  },
  peers: {
    summary: 'better-auth and Glewlwyd: a token check, and one code sent many times at once',
    measure: measurePeers,
  },
  kill: {
    summary: 'what is left of acknowledged codes when the server is killed',
    measure: async (bench) => ({ survivals: await measureDurability(bench) }),
  },
};
