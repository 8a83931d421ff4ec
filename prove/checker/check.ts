import type { HistoryLine } from '../history.ts';
import { attemptsAreLimited } from './attempts.ts';
import { readLog } from './chain.ts';
import { type Facts, type Rule, toFacts, type Violation } from './facts.ts';
import { issuedCodesAreUsedOnce } from './issued.ts';
import { lockedStayOut } from './locked-out.ts';
import { logKeepsTheOrder, nothingIsUnasked, promisesAreKept } from './promises.ts';
import { sessionsHold } from './sessions.ts';
import { codesAreUsedOnce, nobodyIsToldTwice } from './single-use.ts';
import { endsStay } from './transactions.ts';

/** What the checker has to say. */
export interface Verdict {
  /** None: every promise was kept. */
  readonly violations: readonly Violation[];
  /** How much was looked at, by what it is. */
  readonly counts: Readonly<Record<string, number>>;
}

const rules: readonly Rule[] = [
  promisesAreKept,
  nothingIsUnasked,
  logKeepsTheOrder,
  codesAreUsedOnce,
  nobodyIsToldTwice,
  issuedCodesAreUsedOnce,
  attemptsAreLimited,
  lockedStayOut,
  sessionsHold,
  endsStay,
];

/**
 * Says whether a run kept its promises, from what clients recorded and from the exported audit log alone.
 *
 * `keys`: what `portvakt keys list` prints. Nothing of the server is used: what is right is written anew here, from its documents.
 */
export async function check(
  history: AsyncIterable<HistoryLine>,
  log: AsyncIterable<string>,
  keys: string,
): Promise<Verdict> {
  const lines: HistoryLine[] = [];
  for await (const line of history) lines.push(line);
  const { events, violations, chains, signedFor, signatures } = await readLog(log, keys);
  const facts = toFacts(lines, events);
  return {
    violations: [...violations, ...rules.flatMap((rule) => rule(facts))],
    counts: {
      ...countsOf(facts),
      'log entries': events.length,
      chains,
      signatures,
      'entries that are signed for': signedFor,
    },
  };
}

function countsOf({ requests, events }: Facts): Record<string, number> {
  const having = (isIt: (status: number) => boolean) => requests.filter(({ status }) => isIt(status)).length;
  const named = (name: string, reason?: string) =>
    events.filter((event) => event.event === name && (reason === undefined || event.reason === reason)).length;
  return {
    requests: requests.length,
    'answered yes': having((status) => status === 200),
    'answered no': having((status) => status >= 400 && status < 500),
    'answered unavailable': having((status) => status >= 500),
    'not answered': having((status) => status === 0),
    'codes accepted': named('otp-token.accepted'),
    'codes refused as used': named('otp-token.refused', 'used'),
    'codes refused as wrong': named('otp-token.refused', 'wrong'),
    'codes refused as locked': named('otp-token.refused', 'locked'),
    locks: named('account.locked'),
    'issued codes accepted': named('code.accepted'),
    'sessions opened': named('session.opened'),
    'sessions ended': named('session.ended'),
    'assignments begun': named('transaction.opened'),
    'assignments approved': named('transaction.approved'),
    'assignments rejected': named('transaction.rejected'),
    'assignments cancelled': named('transaction.cancelled'),
  };
}
