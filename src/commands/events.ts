import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  createLogCheck,
  eventTypes,
  type LogCheck,
  type LogFinding,
  type Portvakt,
  parsePublicKeys,
  publicKeysOf,
  version,
} from '../compose.ts';
import type { LogEntry, Store } from '../core/store.ts';
import { type EventFields, fieldsOf, fromJsonLine, toCef, toCheckpointLine, toJsonLine, toLine } from './event-text.ts';
import { CommandFailed, type ConfigOptions, configCommand, say, withExistingPortvakt } from './open.ts';

interface ListOptions extends ConfigOptions {
  readonly user?: string;
  readonly event?: string;
  readonly trace?: string;
  readonly last: number;
}

const pageSize = 1000;
const types = new Map(eventTypes.map((type) => [type.name, type]));

const list = filtered(configCommand('list', 'Print events, the newest last'))
  .option('-n, --last <number>', 'how many', parseCount, 50)
  .action((options: ListOptions) =>
    withExistingPortvakt(options, async ({ ports: { store } }) => {
      const found: string[] = [];
      const end = (await store.head())?.seq ?? 0;
      const isFiltered = [options.user, options.event, options.trace].some((filter) => filter !== undefined);
      for await (const entry of entries(store, isFiltered ? 0 : Math.max(0, end - options.last))) {
        const fields = fieldsOf(entry);
        if (isWanted(fields, options)) found.push(toLine(fields));
        if (found.length > options.last) found.shift();
      }
      for (const line of found) say(line);
    }),
  );

const follow = filtered(configCommand('follow', 'Print events as they come, until Ctrl-C')).action(
  (options: ListOptions) =>
    withExistingPortvakt(options, async ({ ports: { store } }) => {
      let after = (await store.head())?.seq ?? 0;
      let going = true;
      process.once('SIGINT', () => {
        going = false;
      });
      while (going) {
        for (const entry of await store.events(after, pageSize)) {
          after = entry.seq;
          const fields = fieldsOf(entry);
          if (isWanted(fields, options)) say(toLine(fields));
        }
        await sleep(500);
      }
    }),
);

const exportEvents = configCommand('export', 'Write the audit log to standard output')
  .addOption(
    new Option('-f, --format <format>', 'jsonl can be verified afterwards; cef is for log collectors')
      .choices(['jsonl', 'cef'])
      .default('jsonl'),
  )
  .option('--after <number>', 'only events behind this number', parseCount, 0)
  .action((options: ConfigOptions & { readonly format: 'jsonl' | 'cef'; readonly after: number }) =>
    withExistingPortvakt(options, async ({ ports: { store } }) => {
      const lines = options.format === 'cef' ? cefLines(store, options.after) : jsonLines(store, options.after);
      for await (const line of lines) await write(line);
    }),
  );

const verify = configCommand(
  'verify',
  'Check every link and signature of the audit log; name the first entry that is wrong',
)
  .option(
    '--checkpoint <number:hash>',
    'an entry you know of from elsewhere: finds a store that was set back to an old copy',
  )
  .option('--file <file>', 'check a log that was exported as jsonl, instead of the store')
  .option(
    '--public-keys <keys>',
    'keys to check the file with, as "portvakt keys list" prints them; no configuration is needed then',
  )
  .action(async (options: VerifyOptions) => {
    const { file, publicKeys } = options;
    if (file !== undefined && publicKeys !== undefined)
      return report(await checkFile(file, createLogCheck(parsePublicKeys(publicKeys))));
    await withExistingPortvakt(options, async (portvakt) => {
      const check = createLogCheck(publicKeysOf(portvakt.ring), portvakt.ring);
      report(file === undefined ? await checkStore(portvakt, check, options.checkpoint) : await checkFile(file, check));
    });
  });

interface VerifyOptions extends ConfigOptions {
  readonly checkpoint?: string;
  readonly file?: string;
  readonly publicKeys?: string;
}

/** `portvakt events` */
export const events = new Command('events').description('Read and check the audit log');
for (const command of [list, follow, exportEvents, verify]) events.addCommand(command);

function filtered(command: Command): Command {
  return command
    .option('-u, --user <name>', 'only of this person')
    .option('-e, --event <name>', 'only events whose name begins so, e.g. otp-token')
    .option('-t, --trace <id>', 'only of the request with this trace id');
}

function isWanted(fields: EventFields, { user, event, trace }: ListOptions): boolean {
  if (user !== undefined && fields['user'] !== user) return false;
  if (trace !== undefined && fields['trace'] !== trace) return false;
  return event === undefined || String(fields['event']).startsWith(event);
}

async function* entries(store: Store, after = 0): AsyncGenerator<LogEntry> {
  for (let last = after; ; ) {
    const page = await store.events(last, pageSize);
    yield* page;
    if (page.length < pageSize) return;
    last = page.at(-1)?.seq ?? last;
  }
}

async function* cefLines(store: Store, after: number): AsyncGenerator<string> {
  for await (const entry of entries(store, after)) yield toCef(fieldsOf(entry), types, version);
}

async function* jsonLines(store: Store, after: number): AsyncGenerator<string> {
  // A log that grows while it is written out ends at a checkpoint all the same, when one follows.
  const checkpoints = [...(await store.checkpoints(after, Number.MAX_SAFE_INTEGER))];
  for await (const entry of entries(store, after)) {
    yield toJsonLine(entry);
    while (checkpoints[0] !== undefined && checkpoints[0].seq <= entry.seq)
      yield toCheckpointLine(checkpoints.shift() as (typeof checkpoints)[0]);
  }
}

async function checkStore({ ports: { store } }: Portvakt, check: LogCheck, known: string | undefined) {
  const head = await store.head();
  let count = 0;
  const [knownSeq = '', knownHash = ''] = known?.split(':') ?? [];
  // What is written while we read lies behind the end that was sealed when we began.
  const isOld = ({ seq }: { readonly seq: number }) => head === undefined || seq <= head.seq;
  for (const checkpoint of (await store.checkpoints(0, Number.MAX_SAFE_INTEGER)).filter(isOld)) {
    const found = check.checkpoint(checkpoint);
    if (found !== undefined) return { count, found };
  }
  for await (const entry of entries(store)) {
    if (!isOld(entry)) break;
    const found = check.entry(entry);
    if (found !== undefined) return { count, found };
    count += 1;
    if (String(entry.seq) === knownSeq && entry.hash !== knownHash)
      return { count, found: { seq: entry.seq, fault: 'the entry is not the one you know of' } };
  }
  if (Number(knownSeq) > count)
    return { count, found: { seq: count + 1, fault: `the log ends before entry ${knownSeq}, which you know of` } };
  return { count, found: check.end(head) };
}

async function checkFile(file: string, check: LogCheck): Promise<{ count: number; found: LogFinding }> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const read = fromJsonLine(line);
    if (read === undefined)
      return { count, found: { seq: count + 1, fault: 'the line is neither an entry nor a checkpoint' } };
    const found = 'entry' in read ? check.entry(read.entry) : check.checkpoint(read.checkpoint);
    if (found !== undefined) return { count, found };
    if ('entry' in read) count += 1;
  }
  return { count, found: check.end('exported') };
}

function report({ count, found }: { readonly count: number; readonly found: LogFinding }): void {
  if (found !== undefined)
    throw new CommandFailed(
      `The audit log is broken at entry ${found.seq}: ${found.fault}. The ${count} entries before it are right.`,
    );
  say(`${count} entries, all in order.`);
}

function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Waits while the reader of a pipe is slower than we. */
async function write(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
