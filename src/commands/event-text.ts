import type { EventType } from '../core/event.ts';
import type { Beginning } from '../core/log-beginning.ts';
import type { Checkpoint, LogEntry } from '../core/store.ts';

/** The fields of an event, as they stand in the body of its log entry. */
export type EventFields = Readonly<Record<string, string | number | undefined>>;

/** The fields of a log entry. */
export function fieldsOf({ body }: LogEntry): EventFields {
  return JSON.parse(body) as EventFields;
}

/** An entry for a person at a terminal: one line. */
export function toLine(fields: EventFields): string {
  const { at, event, reason, user, realm, tenant, operation, caller, address, subject, suppressed, trace } = fields;
  const time = new Date(Number(at)).toISOString();
  const named = Object.entries({ reason, user, realm, subject, tenant, operation, caller, address, suppressed, trace });
  const told = named
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${oneLine(String(value))}`);
  return [time, event, ...told].join(' ');
}

/** An entry as one line of JSON: exactly the text that was hashed, with the hash put in at the end. */
export function toJsonLine({ body, hash }: LogEntry): string {
  return `${body.slice(0, -1)},"hash":"${hash}"}`;
}

/** A checkpoint as one line of JSON, to stand after its entry. */
export function toCheckpointLine(checkpoint: Checkpoint): string {
  return JSON.stringify({ checkpoint });
}

/** Where a chain begins as one line of JSON, to stand before its first entry. */
export function toBeginningLine(beginning: Beginning): string {
  return JSON.stringify({ beginning });
}

/** A line of an exported log. */
export type LogLine =
  | { readonly entry: LogEntry }
  | { readonly checkpoint: Checkpoint }
  | { readonly beginning: Beginning };

/** Reads a line that one of the functions above has written; undefined when it is none. */
export function fromJsonLine(line: string): LogLine | undefined {
  const [, start = '', hash = ''] = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
  try {
    if (start !== '') {
      const { seq, chain } = JSON.parse(`${start}}`) as { readonly seq?: unknown; readonly chain?: number };
      return { entry: { ...(chain === undefined ? {} : { chain }), seq: Number(seq), body: `${start}}`, hash } };
    }
    const { checkpoint, beginning } = JSON.parse(line) as {
      readonly checkpoint?: Partial<Checkpoint>;
      readonly beginning?: Partial<Beginning>;
    };
    if (typeof beginning?.signature === 'string') return { beginning: beginning as Beginning };
    return typeof checkpoint?.signature === 'string' ? { checkpoint: checkpoint as Checkpoint } : undefined;
  } catch {
    return undefined;
  }
}

/** Names under which an event’s fields stand: keys of CEF, and custom strings with their labels. */
interface CefNames {
  readonly keys: Readonly<Record<string, string>>;
  /** Field → number and label. */
  readonly strings: Readonly<Record<string, readonly [number, string]>>;
}

const about = { at: 'rt', seq: 'externalId', address: 'src', operation: 'destinationServiceName' } as const;
const around = { tenant: [2, 'tenant'], realm: [3, 'realm'], caller: [4, 'caller'] } as const;

/** Our fields under the names of the CEF dictionary; what it has no name for goes in labelled custom strings. */
const ownNames: CefNames = {
  keys: { ...about, user: 'duser', reason: 'reason' },
  strings: { trace: [1, 'trace'], ...around, subject: [5, 'subject'] },
};

/** The documents’ names for the events that are theirs (Fortified ID, "Event logging": IDENTIFIER and SOURCE_ADDRESS; the others inferred). */
const pageNames: CefNames = {
  keys: { ...about, trace: 'traceID', user: 'suser', reason: 'msg' },
  strings: { subject: [1, 'customerIdentifier'], ...around },
};

/** An entry as a line of CEF (ArcSight Common Event Format, version 0). */
export function toCef(fields: EventFields, types: ReadonlyMap<string, EventType>, version: string): string {
  const name = String(fields['event']);
  const header = ['Portvakt', 'Portvakt', version, name, types.get(name)?.summary ?? name, String(fields['severity'])];
  const { keys, strings } = name.startsWith('WEB_') ? pageNames : ownNames;
  const known = Object.entries(keys).flatMap(([field, key]) => pair(key, fields[field]));
  const custom = Object.entries(strings).flatMap(([field, [number, label]]) =>
    fields[field] === undefined ? [] : [...pair(`cs${number}Label`, label), ...pair(`cs${number}`, fields[field])],
  );
  const suppressed =
    fields['suppressed'] === undefined ? [] : [...pair('cn1Label', 'suppressed'), ...pair('cn1', fields['suppressed'])];
  return `CEF:0|${header.map((text) => oneLine(text).replace(/[\\|]/g, '\\$&')).join('|')}|${[...known, ...custom, ...suppressed].join(' ')}`;
}

function pair(key: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${key}=${oneLine(String(value)).replace(/[\\=]/g, '\\$&')}`];
}

/** A text with nothing in it that could forge another line, or steer the terminal: control characters are replaced by U+FFFD. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
