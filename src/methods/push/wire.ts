import type { TransactionState } from '../../core/transaction.ts';
import type { Decision } from './assignment.ts';

/** The documented words for where an assignment stands (HTTP API reference 3.4). */
export const assignmentStatuses = ['PENDING', 'IN_PROGRESS', 'CONFIRMED', 'REJECTED', 'ERROR'] as const;

const statuses: Readonly<Record<TransactionState, (typeof assignmentStatuses)[number]>> = {
  pending: 'PENDING',
  'in-progress': 'IN_PROGRESS',
  approved: 'CONFIRMED',
  rejected: 'REJECTED',
  cancelled: 'ERROR',
  expired: 'ERROR',
  failed: 'ERROR',
};

/** What a caller is told. */
export function statusOf(state: TransactionState): (typeof assignmentStatuses)[number] {
  return statuses[state];
}

/** How a decision ends an assignment, and what the device is told of it. */
export const endings = {
  approve: { state: 'approved', word: 'approved', outcome: 'approved' },
  reject: { state: 'rejected', word: 'rejected', outcome: 'rejected' },
  'not-me': { state: 'rejected', word: 'not-me', outcome: 'paused' },
  'wrong-number': { state: 'failed', word: 'wrong-number', outcome: 'wrong-number' },
} as const satisfies Record<Decision | 'wrong-number', { state: TransactionState; word: string; outcome: string }>;
