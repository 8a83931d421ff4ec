import type { RequestLine } from '../history.ts';
import { groupBy, type Rule, type Violation } from './facts.ts';

/** A session that was opened holds until somebody ends it, and never again. */
export const sessionsHold: Rule = ({ requests }) => {
  const isOfSession = ({ operation }: RequestLine) => operation === 'verifyUser' || operation === 'endSession';
  const byToken = groupBy(requests.filter(isOfSession), ({ input }) => input['access_token']);
  return [...byToken.values()].flatMap((uses) => {
    const ends = uses.filter(({ operation }) => operation === 'endSession');
    return [...endedTwice(ends), ...uses.flatMap((use) => faultOf(use, ends))];
  });
};

function endedTwice(ends: readonly RequestLine[]): readonly Violation[] {
  const done = ends.filter(({ status }) => status === 200);
  return done.length < 2 ? [] : [{ rule: 'session-ended-twice', what: 'one session was ended twice', requests: done }];
}

function faultOf(use: RequestLine, ends: readonly RequestLine[]): readonly Violation[] {
  const ended = ends.find(({ status, end }) => status === 200 && end < use.begin);
  if (use.operation === 'verifyUser' && use.status === 200 && ended !== undefined) {
    return [{ rule: 'session-holds', what: 'a session held after it had been ended', requests: [ended, use] }];
  }
  const mayHaveEnded = ends.some((end) => end !== use && end.begin < use.end);
  if (use.status !== 403 || mayHaveEnded) return [];
  return [{ rule: 'session-lost', what: 'a session that was opened and never ended does not hold', requests: [use] }];
}
