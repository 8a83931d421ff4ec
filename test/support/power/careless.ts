// Writes as the store must not, to show that the tests notice: node careless.ts <task> <path of the database>.
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [task = '', path = ''] = process.argv.slice(2);
const db = new DatabaseSync(path);
const write = db.prepare("INSERT OR REPLACE INTO record (kind, id, value) VALUES ('thing', ?, ?)");
const say = (text: string) => void writeSync(1, `${text}\n`);

/** Says that things are done which were never flushed. */
function writeWithoutFlush(): void {
  db.exec('PRAGMA synchronous = OFF');
  for (let n = 0; ; n += 1) {
    write.run(`n/${n}`, JSON.stringify({ count: n }));
    say(`${n}`);
  }
}

/** Commits first and flushes afterwards, once per line that it reads. */
async function flushAfterwards(): Promise<void> {
  db.exec('PRAGMA synchronous = NORMAL');
  say('ready');
  let count = 0;
  for await (const _ of process.stdin) {
    count += 1;
    const began = process.hrtime.bigint();
    write.run('watched', JSON.stringify({ count }));
    fsyncSync(openSync(`${path}-wal`, 'r+'));
    say(`done ${began} ${process.hrtime.bigint()}`);
  }
}

if (task === 'write') writeWithoutFlush();
else await flushAfterwards();
