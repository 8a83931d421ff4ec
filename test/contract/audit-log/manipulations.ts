import { randomBytes } from 'node:crypto';
import { createAuditLog } from '../../../src/adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../../../src/adapters/key-ring.ts';
import type { Checkpoint, LogEntry } from '../../../src/core/store.ts';
import { chained, type Rows } from './rows.ts';

/** Chooses a whole number from `from` up to and including `to`. */
export type Pick = (from: number, to: number) => number;

/** What somebody did to the rows; `seq` is the first entry that is bad, where the check can know it. */
export interface Manipulated {
  readonly rows: Rows;
  readonly seq?: number;
}

/** Something that may be done to a log by whoever has the database but not the keys. */
export type Manipulation = (rows: Rows, pick: Pick) => Manipulated;

// The forger has keys of his own, under the very id of ours.
const forger = (id: string) => createAuditLog(parseKeyRing(newKeyLine(0).replace(/^[^:]+/, id)));

const at = <T>(list: readonly T[], index: number): T => list[index] as T;
const anyIndex = ({ entries }: Rows, pick: Pick) => pick(0, entries.length - 1);

function withEntry({ entries, ...rest }: Rows, index: number, change: (entry: LogEntry) => Partial<LogEntry>): Rows {
  return { ...rest, entries: entries.map((entry, here) => (here === index ? { ...entry, ...change(entry) } : entry)) };
}

/** Another character in place of one. */
function edited(text: string, position: number, shift: number): string {
  const code = text.charCodeAt(position);
  return text.slice(0, position) + String.fromCharCode(code ^ shift) + text.slice(position + 1);
}

function otherBody(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), subject: 'somebody else' });
}

/** The end as a forger would set it back: right numbers, and a seal that is old, made up, or made with keys of his own. */
function forgedHead(rows: Rows, entries: readonly LogEntry[], pick: Pick): Rows['head'] {
  const { seq, hash } = at(entries, entries.length - 1);
  const [id = '', mac = ''] = (rows.head?.mac ?? '').split('.');
  const seals = [
    `${id}.${mac}`,
    `${id}.${randomBytes(32).toString('hex')}`,
    forger(id).seal({ seq, hash }).mac,
    mac,
    '',
  ];
  return { seq, hash, mac: at(seals, pick(0, seals.length - 1)) };
}

const before = (checkpoints: readonly Checkpoint[], seq: number) => checkpoints.filter((one) => one.seq < seq);

/** Rewrites the log from an index on and hides it as well as it can be hidden: no later checkpoints, a plausible end. */
function hidden(rows: Rows, entries: readonly LogEntry[], from: number, pick: Pick): Manipulated {
  const rewritten = chained(entries, from);
  return {
    rows: {
      entries: rewritten,
      checkpoints: before(rows.checkpoints, from + 1),
      head: forgedHead(rows, rewritten, pick),
    },
  };
}

const without = (rows: Rows, from: number, count: number) => rows.entries.toSpliced(from, count);

function run(rows: Rows, pick: Pick): { from: number; entries: LogEntry[] } {
  const from = pick(0, rows.entries.length - 2);
  return { from, entries: without(rows, from, pick(1, Math.min(40, rows.entries.length - 1 - from))) };
}

function forgedEntry(rows: Rows, pick: Pick): { from: number; entries: LogEntry[] } {
  const from = pick(0, rows.entries.length);
  const model = at(rows.entries, Math.min(from, rows.entries.length - 1));
  return { from, entries: rows.entries.toSpliced(from, 0, { ...model, body: otherBody(model.body) }) };
}

function withCheckpoint(rows: Rows, pick: Pick, change: (checkpoint: Checkpoint) => Partial<Checkpoint>): Manipulated {
  const index = pick(0, rows.checkpoints.length - 1);
  const checkpoints = rows.checkpoints.map((one, here) => (here === index ? { ...one, ...change(one) } : one));
  return { rows: { ...rows, checkpoints } };
}

/** Everything that the check must find, by name. */
export const manipulations: Readonly<Record<string, Manipulation>> = {
  'a character of a body is changed': (rows, pick) => {
    const index = anyIndex(rows, pick);
    const body = edited(at(rows.entries, index).body, pick(0, at(rows.entries, index).body.length - 1), pick(1, 127));
    return { rows: withEntry(rows, index, () => ({ body })), seq: index + 1 };
  },
  'a hash is changed': (rows, pick) => {
    const index = anyIndex(rows, pick);
    const { hash } = at(rows.entries, index);
    return { rows: withEntry(rows, index, () => ({ hash: edited(hash, pick(0, 63), pick(1, 15)) })), seq: index + 1 };
  },
  'the number of a row is changed': (rows, pick) => {
    const index = anyIndex(rows, pick);
    return { rows: withEntry(rows, index, ({ seq }) => ({ seq: seq + pick(1, 9) })), seq: index + 1 };
  },
  'a body and its own hash are changed': (rows, pick) => {
    const index = anyIndex(rows, pick);
    const body = otherBody(at(rows.entries, index).body);
    const rewritten = chained(rows.entries.with(index, { ...at(rows.entries, index), body }), index);
    return { rows: withEntry(rows, index, () => at(rewritten, index)) };
  },
  'an entry is deleted': (rows, pick) => {
    const index = anyIndex(rows, pick);
    return { rows: { ...rows, entries: without(rows, index, 1) }, seq: index + 1 };
  },
  'an entry stands there twice': (rows, pick) => {
    const index = anyIndex(rows, pick);
    return { rows: { ...rows, entries: rows.entries.toSpliced(index, 0, at(rows.entries, index)) }, seq: index + 2 };
  },
  'two entries change places': (rows, pick) => {
    const first = pick(0, rows.entries.length - 2);
    const second = pick(first + 1, rows.entries.length - 1);
    const entries = rows.entries.with(first, at(rows.entries, second)).with(second, at(rows.entries, first));
    return { rows: { ...rows, entries }, seq: first + 1 };
  },
  'two entries change places and numbers': (rows, pick) => {
    const first = pick(0, rows.entries.length - 2);
    const second = pick(first + 1, rows.entries.length - 1);
    const entries = rows.entries
      .with(first, { ...at(rows.entries, second), seq: first + 1 })
      .with(second, { ...at(rows.entries, first), seq: second + 1 });
    return { rows: { ...rows, entries }, seq: first + 1 };
  },
  'a run is deleted and the rest numbered and chained anew': (rows, pick) => {
    const { from, entries } = run(rows, pick);
    return { rows: { ...rows, entries: chained(entries, from) } };
  },
  'a run is deleted, the rest chained anew, and the traces hidden': (rows, pick) => {
    const { from, entries } = run(rows, pick);
    return hidden(rows, entries, from, pick);
  },
  'an entry is rewritten and the rest chained anew': (rows, pick) => {
    const index = anyIndex(rows, pick);
    const entry = at(rows.entries, index);
    return {
      rows: { ...rows, entries: chained(rows.entries.with(index, { ...entry, body: otherBody(entry.body) }), index) },
    };
  },
  'an entry is rewritten, the rest chained anew, and the traces hidden': (rows, pick) => {
    const index = anyIndex(rows, pick);
    const entry = at(rows.entries, index);
    return hidden(rows, rows.entries.with(index, { ...entry, body: otherBody(entry.body) }), index, pick);
  },
  'a forged entry is put in': (rows, pick) => {
    const { from, entries } = forgedEntry(rows, pick);
    return { rows: { ...rows, entries: chained(entries, from) } };
  },
  'a forged entry is put in and the traces hidden': (rows, pick) => {
    const { from, entries } = forgedEntry(rows, pick);
    return hidden(rows, entries, from, pick);
  },
  'the tail is cut': (rows, pick) => {
    const length = anyIndex(rows, pick);
    return { rows: { ...rows, entries: rows.entries.slice(0, length) }, seq: length + 1 };
  },
  'the tail is cut and the end set back': (rows, pick) => {
    const entries = rows.entries.slice(0, pick(1, rows.entries.length - 1));
    return { rows: { ...rows, entries, head: forgedHead(rows, entries, pick) } };
  },
  'the tail is cut with its checkpoints': (rows, pick) => {
    const length = anyIndex(rows, pick);
    const checkpoints = before(rows.checkpoints, length + 1);
    return { rows: { ...rows, entries: rows.entries.slice(0, length), checkpoints }, seq: length + 1 };
  },
  'the tail is cut with its checkpoints and the end set back': (rows, pick) => {
    const length = pick(1, rows.entries.length - 1);
    return hidden(rows, rows.entries.slice(0, length), length, pick);
  },
  'the tail is cut with its checkpoints and the end removed': (rows, pick) => {
    const length = pick(1, rows.entries.length - 1);
    return {
      rows: {
        entries: rows.entries.slice(0, length),
        checkpoints: before(rows.checkpoints, length + 1),
        head: undefined,
      },
    };
  },
  'the signature of a checkpoint is replaced': (rows, pick) =>
    withCheckpoint(rows, pick, ({ seq, hash, at: when, signature }) => {
      const [id = '', text = ''] = signature.split('.');
      const head = { seq, hash, mac: '' };
      const signatures = [
        randomBytes(64).toString('base64url'),
        edited(text, pick(0, 80), 1),
        '',
        forger(id).checkpoint(head, undefined, when)?.signature.split('.')[1] ?? '',
      ];
      return { signature: `${id}.${at(signatures, pick(0, 3))}` };
    }),
  'a checkpoint is signed with an unknown key': (rows, pick) =>
    withCheckpoint(rows, pick, ({ seq, hash, at: when }) => {
      const made = forger('mine').checkpoint({ seq, hash, mac: '' }, undefined, when);
      return made ?? {};
    }),
  'a checkpoint is moved, re-dated or given another hash': (rows, pick) =>
    withCheckpoint(rows, pick, ({ seq, hash, at: when }) => {
      const changes = [{ seq: seq + 1 }, { at: when + 1 }, { hash: edited(hash, pick(0, 63), pick(1, 15)) }];
      return at(changes, pick(0, 2));
    }),
};
