import { describe } from 'vitest';
import { claimsContract } from './claims.ts';
import { closingContract } from './closing.ts';
import { expiryContract } from './expiry.ts';
import type { StoreMaker } from './fixture.ts';
import { listingContract } from './listing.ts';
import { logContract } from './log.ts';
import { modelContract } from './model.ts';
import { recordsContract } from './records.ts';
import { togetherContract } from './together.ts';
import { watchingContract } from './watching.ts';

/** What is to be known of a store. */
interface Trial {
  /** It keeps its data when it is closed and opened again. */
  readonly lasting: boolean;
  /** Random histories that are played. */
  readonly runs: number;
}

/** What every store must do, whatever it is made of. */
export function storeContract(name: string, make: StoreMaker, { lasting, runs }: Trial): void {
  describe(`store: ${name}`, () => {
    recordsContract(make);
    claimsContract(make);
    togetherContract(make);
    expiryContract(make);
    listingContract(make);
    logContract(make);
    watchingContract(make);
    closingContract(make);
    modelContract(make, lasting, runs);
  });
}
