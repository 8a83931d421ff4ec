import type { AuthenticatorSettings } from '../core/authenticator-settings.ts';
import type { EventType } from '../core/event.ts';
import type { Handler, Turn } from './authenticator.ts';
import { authenticatorEvents } from './events.ts';
import type { Mounted, Site } from './site.ts';

/** What came of something, for counting: an order was begun, somebody was proved or found, was not, or it was left or ran out. */
export type CountedOutcome = 'started' | 'completed' | 'failed' | 'ended';

const endings: readonly (readonly [RegExp, CountedOutcome])[] = [
  [/Started$/, 'started'],
  [/(Failed|Refused|NotFound)$/, 'failed'],
  [/(Completed|Accepted|Found)$/, 'completed'],
  [/Ended$/, 'ended'],
];

/** Each event of a page → what it counts as. */
export const outcomes: ReadonlyMap<EventType, CountedOutcome> = new Map(
  Object.entries(authenticatorEvents).flatMap(([name, type]): [EventType, CountedOutcome][] => {
    const outcome = endings.find(([pattern]) => pattern.test(name))?.[1];
    return outcome === undefined ? [] : [[type, outcome]];
  }),
);

/** The same site, of which `seen` is told each outcome: once for each event that is written. */
export function observed(site: Site, seen: (settings: AuthenticatorSettings, outcome: CountedOutcome) => void): Site {
  const watch = (turn: Turn): Turn => ({
    ...turn,
    async note(type, more) {
      await turn.note(type, more);
      const outcome = outcomes.get(type);
      if (outcome !== undefined) seen(turn.settings, outcome);
    },
  });
  return new Map([...site].map(([id, mounted]) => [id, withWatch(mounted, watch)]));
}

function withWatch(mounted: Mounted, watch: (turn: Turn) => Turn): Mounted {
  const { type } = mounted;
  if (type === undefined) return mounted;
  const handlers = Object.entries(type.messages).map(([name, handle]): [string, Handler] => [
    name,
    (turn) => handle(watch(turn)),
  ]);
  const { drop } = type;
  const observedDrop = drop && { drop: (turn: Turn) => drop(watch(turn)) };
  return { ...mounted, type: { ...type, messages: Object.fromEntries(handlers), ...observedDrop } };
}
