import { createReadStream, existsSync } from 'node:fs';
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
import { accounts } from '../core/account.ts';
import type { Checkpoint, LogEntry, Store } from '../core/store.ts';
import { type Behind, checkpointsOf, endsOf, entriesByTime, entriesOf } from './event-log.ts';
import { type EventFields, fieldsOf, fromJsonLine, toCef, toCheckpointLine, toJsonLine, toLine } from './event-text.ts';
import { CommandFailed, type ConfigOptions, configCommand, say, withExistingPortvakt } from './open.ts';

interface ListOptions extends ConfigOptions {
  readonly user?: string;
  readonly event?: string;
  readonly trace?: string;
  readonly last: number;
}

const types = new Map(eventTypes.map((type) => [type.name, type]));

const list = filtered(configCommand('list', 'Print events, the newest last'))
  .option('-n, --last <number>', 'how many', parseCount, 50)
  .action((options: ListOptions) =>
    withLog(options, async ({ ports: { store } }) => {
      const found: string[] = [];
      const ends = await endsOf(store);
      const isFiltered = [options.user, options.event, options.trace].some((filter) => filter !== undefined);
      const from = [...ends].map(([chain, end]) => [chain, isFiltered ? 0 : Math.max(0, end - options.last)] as const);
      for await (const entry of entriesByTime(store, new Map(from))) {
        const fields = fieldsOf(entry);
        if (isWanted(fields, options)) found.push(toLine(fields));
        if (found.length > options.last) found.shift();
      }
      for (const line of found) say(line);
    }),
  );

const follow = filtered(configCommand('follow', 'Print events as they come, until Ctrl-C')).action(
  (options: ListOptions) =>
    withLog(options, async ({ ports: { store } }) => {
      const seen = await endsOf(store);
      let going = true;
      process.once('SIGINT', () => {
        going = false;
      });
      while (going) {
        for await (const entry of entriesByTime(store, new Map(seen))) {
          seen.set(entry.chain ?? 1, entry.seq);
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
  .option(
    '--after <number>',
    'only events behind this number; of several chains <chain>:<number>,<chain>:<number>',
    parseBehind,
    '0' as const,
  )
  .action((options: ConfigOptions & { readonly format: 'jsonl' | 'cef'; readonly after: Behind | '0' }) =>
    withLog(options, async ({ ports: { store } }) => {
      const after = options.after === '0' ? new Map() : options.after;
      const lines = options.format === 'cef' ? cefLines(store, after) : jsonLines(store, after);
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
    parseKnown,
  )
  .option('--file <file>', 'check a log that was exported as jsonl, instead of the store')
  .option(
    '--public-keys <keys>',
    'keys to check the file with, as "portvakt keys list" prints them; no configuration is needed then',
  )
  .action(async (options: VerifyOptions) => {
    const { file, publicKeys } = options;
    if (publicKeys !== undefined && file === undefined) throw new CommandFailed('--public-keys goes with --file.');
    if (file !== undefined && publicKeys !== undefined) return reportFile(file, createLogCheck(readKeys(publicKeys)));
    await withLog(options, async (portvakt) => {
      const check = createLogCheck(publicKeysOf(portvakt.ring), portvakt.ring);
      if (file !== undefined) return reportFile(file, check);
      report(await checkStore(portvakt, check, options.checkpoint));
    });
  });

/** An entry that somebody knows of from elsewhere. */
interface Known {
  readonly chain: number;
  readonly seq: number;
  readonly hash: string;
}

interface VerifyOptions extends ConfigOptions {
  readonly checkpoint?: Known;
  readonly file?: string;
  readonly publicKeys?: string;
}

/** `portvakt events` */
export const events = new Command('events').description('Read and check the audit log');
for (const command of [list, follow, exportEvents, verify]) events.addCommand(command);

/** Looking changes nothing, and is possible where somebody has tampered. */
function withLog<R>(options: ConfigOptions, work: (portvakt: Portvakt) => Promise<R>): Promise<R> {
  return withExistingPortvakt(options, work, true);
}

function readKeys(text: string): ReturnType<typeof parsePublicKeys> {
  try {
    return parsePublicKeys(text);
  } catch {
    throw new CommandFailed('--public-keys takes keys as "portvakt keys list" prints them: <id>:<43 characters>.');
  }
}

async function reportFile(file: string, check: LogCheck): Promise<void> {
  if (!existsSync(file)) throw new CommandFailed(`There is no file ${file}.`);
  report(await checkFile(file, check), check.vouchedFor());
}

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

async function* cefLines(store: Store, after: Behind): AsyncGenerator<string> {
  for await (const entry of entriesByTime(store, after)) yield toCef(fieldsOf(entry), types, version);
}

async function* jsonLines(store: Store, after: Behind): AsyncGenerator<string> {
  // A log that grows while it is written out ends at a checkpoint all the same, when one follows.
  const checkpoints = await checkpointsOf(store, after);
  for await (const entry of entriesByTime(store, after)) {
    yield toJsonLine(entry);
    const waiting = checkpoints.get(entry.chain ?? 1) ?? [];
    while (waiting[0] !== undefined && waiting[0].seq <= entry.seq)
      yield toCheckpointLine(waiting.shift() as Checkpoint);
  }
}

interface Checked {
  readonly count: number;
  readonly found: LogFinding;
}

async function checkStore({ ports: { store } }: Portvakt, check: LogCheck, known: Known | undefined): Promise<Checked> {
  let count = 0;
  // A log that is missing as a whole is told of as that.
  if ((await store.events(Number.MIN_SAFE_INTEGER, 1)).length === 0) {
    const found = await robbed(store);
    if (found !== undefined) return { count, found };
  }
  for (const chain of await store.chains()) {
    const part = await checkChain(store, check, { chain, known: known?.chain === chain ? known : undefined });
    count += part.count;
    if (part.found !== undefined) return { count, found: part.found };
  }
  return { count, found: check.whole() };
}

async function checkChain(
  store: Store,
  check: LogCheck,
  { chain, known }: { readonly chain: number; readonly known: Known | undefined },
): Promise<Checked> {
  let count = 0;
  for (const checkpoint of await store.checkpoints(0, Number.MAX_SAFE_INTEGER, chain)) {
    const found = check.checkpoint(checkpoint);
    if (found !== undefined) return { count, found };
  }
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    for await (const entry of entriesOf(store, chain, last)) {
      last = entry.seq;
      const found = check.entry(entry) ?? foundBy(known, entry);
      if (found !== undefined) return { count, found };
      count += 1;
    }
    // The end is read after the entries, so that nothing can lie behind it; what was written meanwhile is read as well.
    const head = await store.head(chain);
    if (head !== undefined && head.seq > last && (await store.events(last, 1, chain)).length > 0) continue;
    return { count, found: check.end(head, chain) ?? missing(known, count) };
  }
}

/** A store with accounts and without a log was robbed of it. */
async function robbed(store: Store): Promise<LogFinding> {
  const { items } = await store.list(accounts, { limit: 1 });
  return items.length === 0
    ? undefined
    : { seq: 1, fault: 'the whole log is missing: there are accounts, and whoever has one has left events' };
}

function foundBy(known: Known | undefined, { seq, hash }: LogEntry): LogFinding {
  return known === undefined || seq !== known.seq || hash === known.hash
    ? undefined
    : { seq, fault: 'the entry is not the one you know of' };
}

function missing(known: Known | undefined, count: number): LogFinding {
  if (known === undefined || known.seq <= count) return undefined;
  return { seq: count + 1, fault: `the log ends before entry ${known.seq}, which you know of` };
}

async function checkFile(file: string, check: LogCheck): Promise<Checked> {
  const chains = new Set<number | undefined>();
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const read = fromJsonLine(line);
    if (read === undefined)
      return { count, found: { seq: count + 1, fault: 'the line is neither an entry nor a checkpoint' } };
    const found = 'entry' in read ? check.entry(read.entry) : check.checkpoint(read.checkpoint);
    if (found !== undefined) return { count, found };
    if ('entry' in read) count += 1;
    chains.add('entry' in read ? read.entry.chain : read.checkpoint.chain);
  }
  const unsigned = { seq: 1, fault: 'no checkpoint of it is signed, so nothing vouches for it' };
  const ends = [...chains, undefined].map((chain) => check.end('exported', chain));
  return { count, found: ends.find(Boolean) ?? check.whole() ?? (check.vouchedFor() === 0 ? unsigned : undefined) };
}

function report({ count, found }: { readonly count: number; readonly found: LogFinding }, vouched = count): void {
  if (found !== undefined)
    throw new CommandFailed(
      `The audit log is broken at entry ${found.chain === undefined ? '' : `${found.chain}:`}${found.seq}: ${found.fault}. The ${count} entries before it follow from each other.`,
    );
  const rest = vouched < count ? ` The last signature vouches for it up to entry ${vouched}.` : '';
  say(`${count} entries, all in order.${rest}`);
}

function parseKnown(text: string): Known {
  const [, chain = 1, seq, hash] = /^(?:([1-9]\d{0,8}):)?([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError(
      'It must be <number>:<64 hexadecimal digits>, or <chain>:<number>:<64 hexadecimal digits>.',
    );
  return { chain: Number(chain), seq: Number(seq), hash };
}

function parseBehind(text: string): Behind | '0' {
  const parts = text.split(',').map((part) => /^(?:([1-9]\d{0,8}):)?(\d{1,15})$/.exec(part));
  if (parts.includes(null)) throw new InvalidArgumentError('It must be a whole number, or <chain>:<number>.');
  return new Map(parts.map((part) => [Number(part?.[1] ?? 1), Number(part?.[2])]));
}

function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Waits while the reader of a pipe is slower than we. */
async function write(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
