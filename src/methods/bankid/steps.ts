import { cancel } from './cancel.ts';
import { check } from './check.ts';
import { start } from './start.ts';

/** Every step of the method. */
export const steps = [start, check, cancel];
