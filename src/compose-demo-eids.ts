import type { Simulated } from './compose-simulators.ts';
import { testPeople } from './simulator-kit/people.ts';

/** How an eID is tried out: what starts an identification, and what asks how it stands. */
export interface EidTrial {
  readonly start: { readonly operation: string; readonly body: Readonly<Record<string, string>> };
  /** `property`: of the answer to the start, and of the question, that says which identification. */
  readonly check: { readonly operation: string; readonly property: string };
}

const [somebody] = testPeople;

/** A try-out of each eID that can be simulated. */
export const eidTrials: Readonly<Record<Simulated, EidTrial>> = {
  bankid: {
    start: { operation: 'bankid_start_auth', body: {} },
    check: { operation: 'bankid_check_auth', property: 'transactionID' },
  },
  freja: {
    start: {
      operation: 'freja_eid_start_auth',
      body: {
        attributesToGet: 'BASIC_USER_INFO,SSN,EMAIL_ADDRESS',
        reqiredRegistrationLevel: 'EXTENDED',
        userInfoType: 'SSN',
        userIdentifier: somebody.personalNumber,
      },
    },
    check: { operation: 'freja_eid_check_auth', property: 'authRef' },
  },
  netid: {
    start: { operation: 'netid_start_auth', body: { pnr: somebody.personalNumber } },
    check: { operation: 'netid_check_auth', property: 'orderref' },
  },
};
