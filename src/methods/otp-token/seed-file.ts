import type { SeedDefaults } from './seed.ts';
import type { SeedCipher } from './seed-cipher.ts';
import { readCsv } from './seed-csv.ts';
import { linesOf } from './seed-lines.ts';
import { readPskc } from './seed-pskc.ts';
import { fatalReport, type SeedReport } from './seed-report.ts';
import { readUris } from './seed-uris.ts';

/** The kinds of file that seeds come in: RFC 6030, a table, a list of key URIs. */
export type SeedFormat = 'pskc' | 'csv' | 'uris';

/** How a seed file is to be read. */
export interface SeedFileOptions {
  /** Absent: found out from how the file begins. */
  readonly format?: SeedFormat | undefined;
  /** Key of an encrypted PSKC file: 16, 24 or 32 bytes. */
  readonly preSharedKey?: Uint8Array | undefined;
  /** Password of an encrypted PSKC file. */
  readonly password?: string | undefined;
  readonly cipher: SeedCipher;
  /** For what the file leaves open. */
  readonly defaults?: SeedDefaults | undefined;
  /** Milliseconds since 1970, for dates in the file; without it they are not looked at. */
  readonly now?: number | undefined;
}

/** Our choice: some fifty thousand tokens. */
const maxLength = 16 * 1024 * 1024;

/**
 * Reads a seed file of at most 16 million characters and tells all that is wrong with it. Never throws, whatever the text is.
 *
 * A file without any seed has a fault. Holds the thread: seconds for the largest files, and as long again when a password has many iterations.
 */
export function readSeedFile(text: string, options: SeedFileOptions): SeedReport {
  if (text.length > maxLength) return fatalReport(1, 'the file is larger than 16 MB');
  if (text.includes('\0')) return fatalReport(1, 'the file is not text in UTF-8');
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text;
  const report = read(bare, options.format ?? formatOf(bare), options);
  if (report.seeds.length > 0 || report.faults.length > 0) return report;
  return { ...report, faults: [{ line: 1, message: 'there is no token in the file', fatal: true }] };
}

function read(text: string, format: SeedFormat, options: SeedFileOptions): SeedReport {
  if (format === 'pskc') return readPskc(text, options);
  return format === 'uris' ? readUris(text) : readCsv(text, options.defaults);
}

function formatOf(text: string): SeedFormat {
  if (text.trimStart().startsWith('<')) return 'pskc';
  const first = linesOf(text).next();
  return /^\s*otpauth:/i.test(first.value?.text ?? '') ? 'uris' : 'csv';
}
