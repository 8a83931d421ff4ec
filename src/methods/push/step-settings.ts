import type { Facts } from '../../core/facts.ts';
import { Problem } from '../../core/problem.ts';

/** The id of an assignment: `assignmentid`, or `assignment`, as the guide's table heads it (HTTP API reference 3.4). @throws Problem 'property-missing' */
export function assignmentIn(input: Facts['input']): string {
  const id = input['assignmentid'] ?? input['assignment'] ?? '';
  if (id === '') throw new Problem('property-missing', 'must be there', { property: 'assignmentid' });
  return id;
}

/** How that property is described. */
export const assignmentWords = {
  assignmentid: 'Id of the assignment, from its start',
  assignment: 'The same; it may stand under this name instead',
};
