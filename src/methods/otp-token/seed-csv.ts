import { Problem } from '../../core/problem.ts';
import { parseBase32 } from './base32.ts';
import { isHex, parseHex } from './bytes-text.ts';
import { inexact } from './key-uri.ts';
import { type SeedDefaults, type TokenType, toTokenSeed, warningsAbout } from './seed.ts';
import { linesOf, textOf } from './seed-lines.ts';
import { fatalReport, gatherReport, type SeedFinding, type SeedReport } from './seed-report.ts';

/** What a column may be; `factor` is the period of a totp token and the counter of an hotp token. */
type Column = 'serial' | 'secret' | 'type' | 'digits' | 'period' | 'counter' | 'factor' | 'algorithm' | 'user' | 'name';

type Columns = readonly (Column | undefined)[];

/** More than these are no table of tokens; our choice, so that a line of separators costs little. */
const maxColumns = 64;

/** Column names as they are met, in lower case without spaces, hyphens and underscores. */
const columnNames: ReadonlyMap<string, Column> = new Map([
  ...(['serial', 'serialnumber', 'serialno'] as const).map((name) => [name, 'serial'] as const),
  ...(['secret', 'seed', 'key', 'secretkey'] as const).map((name) => [name, 'secret'] as const),
  ...(['type', 'tokentype'] as const).map((name) => [name, 'type'] as const),
  ...(['digits', 'length', 'otplength'] as const).map((name) => [name, 'digits'] as const),
  ...(['period', 'timestep', 'timeinterval', 'interval'] as const).map((name) => [name, 'period'] as const),
  ...(['counter', 'movingfactor'] as const).map((name) => [name, 'counter'] as const),
  ...(['period|counter', 'period/counter'] as const).map((name) => [name, 'factor'] as const),
  ...(['algorithm', 'hash'] as const).map((name) => [name, 'algorithm'] as const),
  ...(['user', 'username', 'userid'] as const).map((name) => [name, 'user'] as const),
  ['name', 'name'] as const,
]);

/**
 * Reads seeds from a table: `serial,seed,counter`, or `serial,secret,type,digits,period|counter[,user]`, or as the header says.
 *
 * Comma, semicolon or tab, whichever the first line has most of; fields in quotation marks may hold it. Neither form is a standard: our choice.
 */
export function readCsv(text: string, defaults: SeedDefaults = {}): SeedReport {
  const first = linesOf(text).next();
  if (first.done === true) return gatherReport([], () => ({ warnings: [] }));
  const { line, text: top } = first.value;
  const separator = separatorOf(top);
  const header = headerOf(splitCells(top, separator) ?? []);
  if (header?.fault !== undefined) return fatalReport(line, header.fault);
  const report = gatherReport(linesOf(text, header === undefined ? 0 : line), (row) => {
    const cells = splitCells(textOf(row), separator);
    if (cells === undefined)
      throw new Problem('property-invalid', 'the quotation marks do not pair, or there are very many columns');
    return readRow(cells, header?.columns ?? columnsWithoutHeader(cells), defaults);
  });
  const odd = (header?.warnings ?? []).map((message) => ({ line, message }));
  return { ...report, warnings: [...odd, ...report.warnings] };
}

function separatorOf(line: string): string {
  const count = (separator: string) => line.split(separator).length;
  return ['\t', ';', ','].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

/** The cells of one line, trimmed. Quotation marks as in RFC 4180 §2, but never over several lines; undefined when they do not pair. */
function splitCells(line: string, separator: string): readonly string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const rest = line.slice(at);
    const quoted = /^ *"((?:[^"]|"")*)" */.exec(rest);
    const next = quoted === null ? line.indexOf(separator, at) : at + quoted[0].length;
    const end = next < 0 ? line.length : next;
    const isOpen = quoted === null && rest.trimStart().startsWith('"');
    if (isOpen || (end < line.length && line[end] !== separator) || cells.length === maxColumns) return undefined;
    cells.push((quoted?.[1]?.replaceAll('""', '"') ?? line.slice(at, end)).trim());
    at = end + 1;
  }
  return cells;
}

interface Header {
  readonly columns: Columns;
  readonly warnings: readonly string[];
  readonly fault?: string;
}

/** The first line is a header when one of its cells is a name for the secret. */
function headerOf(cells: readonly string[]): Header | undefined {
  const columns = cells.map((cell) => columnNames.get(cell.toLowerCase().replaceAll(/[-_ ]/g, '')));
  if (!columns.includes('secret')) return undefined;
  const twice = columns.find((column, index) => column !== undefined && columns.indexOf(column) < index);
  if (twice !== undefined) return { columns, warnings: [], fault: `the header names two columns for the ${twice}` };
  if (!columns.includes('serial')) {
    return { columns, warnings: [], fault: 'the header names no column for the serial number' };
  }
  const unknown = columns.flatMap((column, index) => (column === undefined && cells[index] !== '' ? [index + 1] : []));
  return {
    columns,
    warnings: unknown.map((number) => `column ${number} has a name that says nothing here; it was ignored`),
  };
}

function columnsWithoutHeader(cells: readonly string[]): Columns {
  if (cells.length > 3) return ['serial', 'secret', 'type', 'digits', 'factor', 'user'];
  return ['serial', 'secret', typeOf(cells[2] ?? '') === undefined ? 'counter' : 'type'];
}

function readRow(cells: readonly string[], columns: Columns, defaults: SeedDefaults): SeedFinding {
  if (cells.slice(columns.length).some((cell) => cell !== '')) {
    throw new Problem('property-invalid', `there are more than the ${columns.length} columns expected`);
  }
  const words: Partial<Record<Column, string>> = {};
  columns.forEach((column, index) => {
    if (column !== undefined && cells[index] !== undefined && cells[index] !== '') words[column] = cells[index];
  });
  if (words.secret === undefined) throw new Problem('property-invalid', 'there is no secret');
  const { secret, warnings } = parseSecret(words.secret);
  const type = typeIn(words, defaults);
  const { serial: id = '', algorithm, digits, user, name } = words;
  const { period = words.factor, counter = words.factor } = words;
  const seed = toTokenSeed({ id, type, secret, algorithm, digits, period, counter, user, name }, defaults);
  return { seed, warnings: [...warningsAbout(secret), ...warnings] };
}

/** A list of serial, seed and counter is one of hotp tokens; a row with a period and no counter can only mean totp. */
function typeIn({ type, period, counter }: Partial<Record<Column, string>>, defaults: SeedDefaults): TokenType {
  const written = type === undefined ? defaults.type : typeOf(type);
  if (written !== undefined) return written;
  if (type !== undefined) throw new Problem('property-invalid', 'the type is neither totp nor hotp');
  return period !== undefined && counter === undefined ? 'totp' : 'hotp';
}

function typeOf(text: string): TokenType | undefined {
  const type = text.toLowerCase();
  return type === 'totp' || type === 'hotp' ? type : undefined;
}

/** `hex:` and `base32:` say which; else an even number of 32 or more hexadecimal digits is that, and all other text is Base32. */
function parseSecret(text: string): { readonly secret: Uint8Array; readonly warnings: readonly string[] } {
  const [, form = '', rest = ''] = /^(?:(hex|base32):)?(.*)$/is.exec(text) ?? [];
  const bare = rest.replaceAll(' ', '');
  if (form.toLowerCase() === 'hex' || (form === '' && bare.length >= 32 && isHex(bare))) {
    return { secret: parseHex(bare), warnings: [] };
  }
  const { bytes, exact } = parseBase32(bare);
  return { secret: bytes, warnings: exact ? [] : [inexact] };
}
