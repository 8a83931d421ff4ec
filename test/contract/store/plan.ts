import fc from 'fast-check';
import type { Transition } from '../../../src/core/store.ts';
import { event, type Thing } from './fixture.ts';

/** The ids and the claims that random changes fight over. */
export const ids: readonly string[] = ['a', 'b', 'ö%_'];
export const names: readonly string[] = ['one', 'two'];

/** A random change as plain data: what its transition will want. */
export interface PlannedChange {
  readonly id: string;
  readonly throws: boolean;
  readonly next: Thing | null | undefined;
  /** Milliseconds until it expires. */
  readonly lifetime: number | undefined;
  readonly claims: readonly string[] | undefined;
  readonly events: readonly string[];
}

/** One change, or several that belong together. */
export type Asked = PlannedChange | readonly PlannedChange[];

/** What happens in one turn, and what after it. */
export interface Round {
  readonly asked: readonly Asked[];
  readonly passMs: number;
  readonly sweep: boolean;
  readonly restart: boolean;
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const change: fc.Arbitrary<PlannedChange> = fc.record({
  id: fc.constantFrom(...ids),
  throws: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  next: fc.oneof(
    { weight: 4, arbitrary: fc.record({ count: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constant(undefined) },
  ),
  lifetime: maybe(fc.integer({ min: -1, max: 30 })),
  claims: maybe(fc.subarray([...names])),
  events: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
});

/** Any history of a few turns. */
export const rounds: fc.Arbitrary<readonly Round[]> = fc.array(
  fc.record({
    asked: fc.array(
      fc.oneof({ weight: 3, arbitrary: change }, { weight: 1, arbitrary: fc.array(change, { maxLength: 3 }) }),
      { maxLength: 6 },
    ),
    passMs: fc.integer({ min: 0, max: 20 }),
    sweep: fc.boolean(),
    restart: fc.integer({ min: 0, max: 3 }).map((dice) => dice === 0),
  }),
  { maxLength: 8 },
);

/** The transition that does what was planned; its result is the record as it was. */
export function transitionOf({ throws, next, lifetime, claims, events }: PlannedChange): Transition<Thing, unknown> {
  return (current, at) => {
    if (throws) throw Object.assign(new Error(), { code: 'refused' });
    return {
      events: events.map(event),
      result: current ?? 'absent',
      ...(next === undefined ? {} : { next }),
      ...(claims === undefined ? {} : { claims }),
      ...(lifetime === undefined ? {} : { expiresAt: at + lifetime }),
    };
  };
}
