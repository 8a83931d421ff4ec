import { z } from 'zod';
import type { BackendUse } from '../../core/backend.ts';
import { Problem } from '../../core/problem.ts';
import { frejaBackends } from './backend.ts';
import type { Asked } from './order.ts';

/** The method, as transactions, steps and events name it. */
export const method = 'freja';

/** Setting of every step of the method. */
export const connection = z
  .string()
  .min(1)
  .default('default')
  .describe('Which of the connections in `freja` of the configuration; default');

/** The connection that a step uses. */
export function backend(settings: { readonly connection: string }): BackendUse {
  return { kind: frejaBackends.name, name: settings.connection };
}

/** What a transaction remembers. */
export interface Memory {
  /** Whose authentication it is, of the connections. */
  readonly connection: string;
  /** Freja’s reference; absent for a person whom Freja does not know: there is nothing to ask about. */
  readonly ref?: string;
  readonly asked: Asked;
  /** Of the QR codes that change. */
  readonly qrSecret?: string;
  /** Where the app goes back to; empty for nowhere. */
  readonly back: string;
}

/** The memory of a transaction of this connection: what another one says of somebody is not what this one says. @throws Problem 'transaction-unknown' */
export function memoryOf(memory: unknown, name: string): Memory {
  const known = memory as Memory;
  if (known.connection !== name) throw new Problem('transaction-unknown', 'it belongs to another connection');
  return known;
}
