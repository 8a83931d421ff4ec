// A process of its own that uses a store: node worker.ts <task> <path or address of the database> <argument>; the keys come in KEYS.
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createAuditLog } from '../../../src/adapters/audit-log.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { parseKeyRing } from '../../../src/adapters/key-ring.ts';
import { event, increment, keyOf } from './fixture.ts';
import { openStoreAt } from './open-store.ts';

const [task = '', path = '', argument = ''] = process.argv.slice(2);
const log = createAuditLog(parseKeyRing(process.env['KEYS'] ?? ''));
const store = openStoreAt(path, { clock: systemClock, log, waitMs: 20_000 });

/** Straight to the pipe, so that nothing said is lost when the process is killed. */
const say = (text: string) => void writeSync(1, `${text}\n`);

function stop(word: string): void {
  say(word);
  process.kill(process.pid, 'SIGSTOP');
}

function overtake(): void {
  const db = new DatabaseSync(path);
  db.exec(`INSERT INTO record (kind, id, value) VALUES ('${keyOf('').kind.name}', 'paused', '{"count":1}')`);
  db.close();
}

/** Does something for each number from `first` up to `last`, eight of them at a time. */
async function inEights(first: number, last: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = first;
  const one = async () => {
    while (next < last) {
      const mine = next;
      next += 1;
      await work(mine);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Adds one to three things in turn, as often as `argument` says. */
  async count() {
    await inEights(0, Number(argument), (n) =>
      store.change(keyOf(`shared/${n % 3}`), (current) => ({
        ...increment(current),
        events: [event(`${process.pid}/${n}`)],
      })),
    );
    await store.close();
  },
  /** Writes one thing after another, beginning with number `argument`, and says which are done. */
  async write() {
    await inEights(Number(argument), Infinity, async (n) => {
      await store.change(keyOf(`n/${n}`), () => ({ next: { count: n }, events: [event(`n/${n}`)], result: undefined }));
      say(`${n}`);
    });
  },
  /** Adds one to so many things, which are new, each to be made by whoever comes first; all that are started begin at a line of input. */
  async make() {
    say('ready');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await inEights(0, Number(argument), (n) => store.change(keyOf(`new/${n}`), increment));
    await store.close();
    process.stdin.destroy();
  },
  /** Has a thing of its own claim each of so many names, and says which it got. */
  async claim() {
    say('ready');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await inEights(0, Number(argument), (n) =>
      store
        .change(keyOf(`${process.pid}/${n}`), () => ({ next: { count: n }, claims: [`name/${n}`], result: undefined }))
        .then(
          () => say(`got ${n}`),
          ({ code }: { code: string }) => say(code),
        ),
    );
    await store.close();
    process.stdin.destroy();
  },
  /** Stops, as by SIGSTOP, while it decides; says so when it goes on. */
  async pause() {
    let tries = 0;
    await store.change(keyOf('paused'), (current) => {
      tries += 1;
      if (tries === 1) stop('deciding');
      return increment(current);
    });
    say('done');
  },
  /** The same while it holds the lock of the embedded store: when it decides anew, as somebody else was faster. */
  async hold() {
    let tries = 0;
    await store.change(keyOf('paused'), (current) => {
      tries += 1;
      if (tries === 1) overtake();
      else stop('holding');
      return increment(current);
    });
    say('done');
  },
  /** For each line of input changes a thing, and says how often it could read another one meanwhile. */
  async look() {
    await store.change(keyOf('other'), increment);
    say('ready');
    for await (const _ of process.stdin) {
      let isDone = false;
      const change = store.change(keyOf('watched'), increment).then(() => {
        isDone = true;
      });
      let looks = 0;
      for (; !isDone; looks += 1) await store.read(keyOf('other'));
      await change;
      say(`looked ${looks}`);
    }
  },
  /** Writes one thing per line that it reads, and says when it began and when it was told that it is done (monotonic milliseconds). */
  async obey() {
    say('ready');
    for await (const _ of process.stdin) {
      const began = process.hrtime.bigint();
      await store
        .change(keyOf('watched'), (current) => ({ ...increment(current), events: [event('watched')] }))
        .then(
          () => say(`done ${began} ${process.hrtime.bigint()}`),
          (error: { code: string }) => say(`refused ${error.code}`),
        );
    }
    await store.close();
  },
};

await tasks[task]?.();
