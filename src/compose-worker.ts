import { inPlainWords } from './commands/plain-words.ts';
import { openPortvakt, type Portvakt, startPortvakt } from './compose.ts';
import { createDemo, createOutboxView, type DemoSurroundings } from './compose-demo.ts';
import type { DemoMessage } from './server/demo.ts';
import { type WorkerDoor, work } from './server/workers/door.ts';

/** Makes this process a worker of the `portvakt serve` that started it. */
export function runWorker(): void {
  let ownOutbox: ReturnType<typeof createOutboxView> = () => undefined;
  work({
    async begin(number, { config, more }, door) {
      // The primary has checked the configuration; there is no fault left whose line one could ask for.
      const portvakt = await openPortvakt({ config, locate: () => '' }, { worker: number });
      ownOutbox = createOutboxView(portvakt);
      const demo = more === undefined ? undefined : demoOf(portvakt, more as DemoSurroundings, door);
      return startPortvakt(portvakt, demo, { door, sweeps: number === 1 }).catch(async (error: unknown) => {
        await portvakt.ports.store.close();
        throw error;
      });
    },
    answer: async (about) => (about === 'outbox' ? ownOutbox() : undefined),
    inWords: inPlainWords,
  });
}

/** The demo page, which shows the messages of all workers. */
function demoOf(portvakt: Portvakt, surroundings: DemoSurroundings, door: WorkerDoor) {
  const own = createOutboxView(portvakt);
  return createDemo(portvakt, surroundings, async () => {
    if (own() === undefined) return undefined;
    const outboxes = (await door.ask('outbox')) as readonly (readonly DemoMessage[] | undefined)[] | undefined;
    return (outboxes ?? []).flatMap((outbox) => outbox ?? []).toSorted((a, b) => b.at - a.at);
  });
}
