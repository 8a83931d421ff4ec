import { z } from 'zod';
import type { BackendUse } from '../../core/backend.ts';
import { netIdBackends } from './backend.ts';
import type { Order } from './news.ts';

/** The method, as transactions, steps and events name it. */
export const method = 'netid-access';

/** Setting of steps that talk to the server. */
export const connection = z
  .string()
  .min(1)
  .default('default')
  .describe('Which of the connections in `netid` of the configuration; default');

/** Setting of steps that are about a transaction. */
export const reference = z
  .string()
  .min(1)
  .default('orderref')
  .describe('Property of the request that holds the id from the start; orderref');

/** Setting of steps that answer with a status. PhenixID's guides: `OK` in PAS 2.7, `COMPLETE` later. */
export const completeWord = z
  .enum(['COMPLETE', 'OK'])
  .default('COMPLETE')
  .describe('Status of an identification that is done: COMPLETE, or OK as in PAS 2.7; COMPLETE');

/** The connection that a step uses. */
export function backend(settings: { readonly connection: string }): BackendUse {
  return { kind: netIdBackends.name, name: settings.connection };
}

/** What a transaction remembers: the order, and whose server has it. */
export interface Memory extends Order {
  readonly connection: string;
}
