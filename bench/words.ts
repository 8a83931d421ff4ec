import type { Asked, Who } from './contest.ts';

/** What is asked, as it is called in the results. */
export const asked: Readonly<Record<Asked, string>> = {
  right: 'token check',
  wrong: 'wrong code',
  session: 'session verification',
  poll: 'poll',
  pending: 'poll, BankID',
  push: 'approval, start to end',
  bankid: 'BankID, start to end',
};

/** A server, as it is called in the results. */
export function nameOf({ server, store, people, workers }: Who): string {
  const parts = [
    ...(store === undefined ? [] : [store]),
    ...(people === undefined ? [] : [`${people.toLocaleString('en')} people`]),
    ...(workers > 1 ? [`${workers} workers`] : []),
  ];
  return [server, ...parts].join(', ');
}
