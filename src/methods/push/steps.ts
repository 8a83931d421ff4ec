import { approver, cancel, check } from './check.ts';
import { invite } from './invite.ts';
import { start } from './start.ts';

/** Every step of the method. */
export const steps = [start, check, cancel, approver, invite];
