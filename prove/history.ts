import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** How often one person of a realm may be wrong, as the servers were configured. */
export interface Policy {
  readonly limit: number;
  readonly windowSeconds: number;
  readonly lockSeconds: number;
  readonly maxLockSeconds: number;
  /** A lock stays. */
  readonly hard: boolean;
}

/** The first line: what the run is, and what of the configuration a verdict depends on. */
export interface RunLine {
  readonly kind: 'run';
  readonly at: string;
  readonly arrangement: string;
  readonly seed: number;
  /** By realm; the tenant of a realm has its name. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** HOTP: counters beyond the next one that are good. */
  readonly lookAhead: number;
  /** TOTP: steps to either side that are good. */
  readonly driftSteps: number;
  /** For so many milliseconds from its start an identification must be known, whatever the clocks of the servers are set to. */
  readonly knownMs: number;
}

/** A token that the servers were given before the run. */
export interface TokenLine {
  readonly kind: 'token';
  readonly realm: string;
  readonly user: string;
  readonly id: string;
  readonly type: 'hotp' | 'totp';
  /** Hexadecimal. SHA-1. */
  readonly secret: string;
  readonly digits: number;
  readonly periodSeconds: number;
}

/** A request and what came of it. Times are microseconds of one clock that nobody sets. */
export interface RequestLine {
  readonly kind: 'request';
  /** Its trace id, which the events carry that it caused. No two requests have the same. */
  readonly trace: string;
  readonly node: string;
  /** Before the first byte was sent. */
  readonly begin: number;
  /** After the last byte of the answer had come, or nobody waited any longer. */
  readonly end: number;
  readonly tenant: string;
  /** `device/<what>` for what a device asked. */
  readonly operation: string;
  readonly input: Readonly<Record<string, string>>;
  /** 0 when there was no whole answer: nobody knows what was done. */
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Something that was done to the servers. */
export interface NemesisLine {
  readonly kind: 'nemesis';
  readonly time: number;
  readonly what: string;
  readonly node: string;
}

/** One line of a history. */
export type HistoryLine = RunLine | TokenLine | RequestLine | NemesisLine;

/** Microseconds of the clock of a history. */
export function microseconds(): number {
  return Math.floor(performance.now() * 1000);
}

/** Writes a history to a file. */
export interface Recorder {
  write(line: HistoryLine): void;
  /** Resolves when all of it is in the file. */
  close(): Promise<void>;
}

/** Begins a history in a new file. */
export function recordTo(path: string): Recorder {
  const stream = createWriteStream(path, { flags: 'wx', highWaterMark: 1 << 20 });
  return {
    write: (line) => void stream.write(`${JSON.stringify(line)}\n`),
    close: () => new Promise((resolve, reject) => stream.on('error', reject).end(resolve)),
  };
}

/** The lines of a text file, one after the other. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield line;
  }
}

/** The lines of a history in a file. */
export async function* readHistory(path: string): AsyncGenerator<HistoryLine> {
  for await (const line of linesOf(path)) yield JSON.parse(line) as HistoryLine;
}
