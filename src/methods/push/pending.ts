import { accountOf } from '../../core/account.ts';
import { asOf, isFinal, transactionOf } from '../../core/transaction.ts';
import type { AnswerPorts } from './answer.ts';
import type { Owner } from './devices.ts';
import { lineOf, liveIn } from './line.ts';

type Live = ReturnType<typeof liveIn>;

/** The assignment that waits for the person, or the next one if it comes within `waitMs`. */
export async function waitForLive(
  owner: Pick<Owner, 'realm' | 'user'>,
  waitMs: number,
  ports: AnswerPorts,
): Promise<Live> {
  if (waitMs <= 0) return find(owner, ports);
  // Before the first look, so that nothing happens unseen between the two.
  const watch = ports.store.watch(lineOf(owner.realm, owner.user));
  try {
    let live = await find(owner, ports);
    for (let left = waitMs; live === undefined && left > 0; live = await find(owner, ports)) {
      left -= Math.max(await watch.next(left), 1);
    }
    return live;
  } finally {
    watch.stop();
  }
}

async function find({ realm, user }: Pick<Owner, 'realm' | 'user'>, { store, clock }: AnswerPorts): Promise<Live> {
  const now = clock.now();
  const live = liveIn(await store.read(lineOf(realm, user)), now);
  if (live === undefined) return undefined;
  // A start that looked before "not me" was said may have come after it.
  if ((await store.read(accountOf(realm, user)))?.pushPausedAt !== undefined) return undefined;
  const transaction = await store.read(transactionOf(live.id));
  return transaction === undefined || isFinal(asOf(transaction, now)) ? undefined : live;
}
