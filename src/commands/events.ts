import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  createLogCheck,
  eventTypes,
  type LogCheck,
  type Portvakt,
  parsePublicKeys,
  publicKeysOf,
  version,
} from '../compose.ts';
import type { Checkpoint, Store } from '../core/store.ts';
import { type Checked, checkFile, checkStore, inWords, type Known } from './event-check.ts';
import { type Behind, beginningsOf, checkpointsOf, endsOf, entriesByTime } from './event-log.ts';
import { remove } from './event-remove.ts';
import {
  type EventFields,
  fieldsOf,
  toBeginningLine,
  toCef,
  toCheckpointLine,
  toJsonLine,
  toLine,
} from './event-text.ts';
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
    'an entry you know of from elsewhere: finds a store that was set back to an old copy; of several chains <chain>:<number>:<hash>,<chain>:<number>:<hash>',
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
      if (file !== undefined) return reportFile(file, checkOf(portvakt));
      await reportStore(portvakt, options.checkpoint ?? []);
    });
  });

interface VerifyOptions extends ConfigOptions {
  readonly checkpoint?: readonly Known[];
  readonly file?: string;
  readonly publicKeys?: string;
}

/** `portvakt events` */
export const events = new Command('events').description('Read and check the audit log');
for (const command of [list, follow, exportEvents, verify, remove]) events.addCommand(command);

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

const checkOf = ({ ring }: Portvakt) => createLogCheck(publicKeysOf(ring), ring);

async function reportStore(portvakt: Portvakt, known: readonly Known[]): Promise<void> {
  const { store } = portvakt.ports;
  for (;;) {
    const begins = await beginningsOf(store);
    const checked = await checkStore(portvakt, { check: checkOf(portvakt), known });
    // Days that are removed meanwhile take away what was about to be read.
    if (checked.found !== undefined && JSON.stringify(begins) !== JSON.stringify(await beginningsOf(store))) continue;
    report(checked);
    for (const { chain, seq, at } of begins)
      say(`Entries up to ${chain}:${seq} were removed on ${new Date(at).toISOString().slice(0, 10)}.`);
    return;
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
  for (const beginning of await beginningsOf(store))
    if (beginning.seq > (after.get(beginning.chain) ?? 0)) yield toBeginningLine(beginning);
  for await (const entry of entriesByTime(store, after)) {
    yield toJsonLine(entry);
    const waiting = checkpoints.get(entry.chain ?? 1) ?? [];
    while (waiting[0] !== undefined && waiting[0].seq <= entry.seq)
      yield toCheckpointLine(waiting.shift() as Checkpoint);
  }
}

function report({ count, found }: Checked, vouched = count): void {
  if (found !== undefined) throw new CommandFailed(inWords(count, found));
  const rest = vouched < count ? ` The last signature vouches for it up to entry ${vouched}.` : '';
  say(`${count} entries, all in order.${rest}`);
}

function parseKnown(text: string): readonly Known[] {
  const known = text.split(',').map((part) => {
    const [, chain = 1, seq, hash] = /^(?:([1-9]\d{0,8}):)?([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(part) ?? [];
    if (seq === undefined || hash === undefined)
      throw new InvalidArgumentError(
        'It must be <number>:<64 hexadecimal digits>, or <chain>:<number>:<64 hexadecimal digits>.',
      );
    return { chain: Number(chain), seq: Number(seq), hash };
  });
  if (new Set(known.map(({ chain }) => chain)).size < known.length)
    throw new InvalidArgumentError('It must name one entry of each chain.');
  return known;
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
