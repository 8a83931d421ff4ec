import type { Person } from '../core/directory.ts';

/** One person of a file. */
export interface CsvPerson {
  readonly line: number;
  readonly userName: string;
  readonly attributes: Person['attributes'];
  readonly password?: string;
}

/** What a file says, and what is wrong with it, by line. Faults repeat no password. */
export interface PeopleReport {
  readonly people: readonly CsvPerson[];
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/** Passwords shorter than this are refused where we set them (NIST SP 800-63B-4 §3.1.1.2 wants at least eight beside a second factor). */
export const minPasswordLength = 8;

/** Passwords longer than this are refused; our choice. */
export const maxPasswordLength = 256;

/** The byte order mark, which spreadsheets write. */
const mark = '\uFEFF';

/**
 * Reads people from a table with a header: `username`, and any of `displayName`, `mail`, `mobile`, `password`; every other column is an
 * attribute of its name. Comma, semicolon or tab; quotation marks as in RFC 4180 §2, but never over several lines. Several values of one
 * attribute stand in several columns of one name.
 */
export function readPeopleCsv(text: string): PeopleReport {
  const [top, ...rows] = text
    .replace(mark, '')
    .split(/\r\n|\n|\r/)
    .map((row, index) => ({ row, line: index + 1 }))
    .filter(({ row }) => row.trim() !== '');
  if (top === undefined) return { people: [], faults: [{ line: 1, message: 'the file is empty' }] };
  const separator = separatorOf(top.row);
  const columns = splitCells(top.row, separator)?.map(columnName) ?? [];
  const fault = headerFault(columns);
  if (fault !== undefined) return { people: [], faults: [{ line: top.line, message: fault }] };
  const read = rows.map(({ row, line }) => toPerson(splitCells(row, separator), columns, line));
  return {
    people: read.filter((one) => 'userName' in one),
    faults: read.filter((one) => 'message' in one),
  };
}

/** Why a password may not be set; undefined when it may. */
export function passwordFault(password: string): string | undefined {
  if (!password.isWellFormed() || /\p{Cc}/u.test(password)) return 'the password holds characters that nobody can type';
  const { length } = password;
  if (length >= minPasswordLength && length <= maxPasswordLength) return undefined;
  return `the password must have ${minPasswordLength} to ${maxPasswordLength} characters`;
}

function columnName(cell: string): string {
  const name = cell.toLowerCase().replaceAll(/[-_ ]/g, '');
  if (['username', 'user', 'userid'].includes(name)) return 'username';
  const known = ['displayName', 'mail', 'mobile', 'password'].find((attribute) => attribute.toLowerCase() === name);
  return known ?? cell;
}

function headerFault(columns: readonly string[]): string | undefined {
  if (!columns.includes('username')) return 'the first line must name the columns; one of them is username';
  const twice = ['username', 'password'].find((name) => columns.indexOf(name) !== columns.lastIndexOf(name));
  if (twice !== undefined) return `two columns are called ${twice}`;
  return columns.includes('') ? 'a column has no name' : undefined;
}

function toPerson(
  cells: readonly string[] | undefined,
  columns: readonly string[],
  line: number,
): CsvPerson | { readonly line: number; readonly message: string } {
  if (cells === undefined) return { line, message: 'the quotation marks do not pair' };
  if (cells.length > columns.length) return { line, message: 'there are more cells than columns' };
  const values = new Map<string, string[]>();
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (cell !== '') values.set(name, [...(values.get(name) ?? []), cell]);
  }
  const [userName = ''] = values.get('username') ?? [];
  const [password] = values.get('password') ?? [];
  const fault = password === undefined ? undefined : passwordFault(password);
  if (userName === '') return { line, message: 'there is no user name' };
  if (fault !== undefined) return { line, message: fault };
  values.delete('username');
  values.delete('password');
  const attributes = Object.fromEntries(values);
  return { line, userName, attributes, ...(password !== undefined && { password }) };
}

function separatorOf(line: string): string {
  const count = (separator: string) => line.split(separator).length;
  return ['\t', ';', ','].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

function splitCells(line: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const rest = line.slice(at);
    const quoted = /^ *"((?:[^"]|"")*)" */.exec(rest);
    const next = quoted === null ? line.indexOf(separator, at) : at + quoted[0].length;
    const end = next < 0 ? line.length : next;
    const isOpen = quoted === null && rest.trimStart().startsWith('"');
    if (isOpen || (end < line.length && line[end] !== separator)) return undefined;
    cells.push(quoted?.[1]?.replaceAll('""', '"') ?? line.slice(at, end).trim());
    at = end + 1;
  }
  return cells;
}
