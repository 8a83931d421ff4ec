import { Problem } from '../../core/problem.ts';
import type { TokenSeed } from './seed.ts';

/** A sentence about one line of a seed file. Holds nothing of a secret, and no cell of the file: columns may have been mixed up. */
export interface SeedRemark {
  /** 1 for the first. */
  readonly line: number;
  readonly message: string;
}

/** What was found in a seed file. Whoever imports decides: nothing should be imported while there are faults. */
export interface SeedReport {
  readonly seeds: readonly { readonly line: number; readonly seed: TokenSeed }[];
  /** `fatal`: the rest of the file was not looked at. */
  readonly faults: readonly (SeedRemark & { readonly fatal?: boolean })[];
  readonly warnings: readonly SeedRemark[];
}

/** What one piece of a file gave; no seed when the piece is rightly passed over. */
export interface SeedFinding {
  readonly seed?: TokenSeed;
  readonly warnings: readonly string[];
}

/** So many faults mean a file of another kind; our choice. */
const maxFaults = 10_000;

/** The report of a file that could not be read on from `line`. */
export function fatalReport(line: number, message: string): SeedReport {
  return { seeds: [], faults: [{ line, message, fatal: true }], warnings: [] };
}

/** Reads all pieces of a file. A Problem thrown by `read` is that piece's fault; a serial number met before is one too. */
export function gatherReport<P extends { readonly line: number }>(
  pieces: Iterable<P>,
  read: (piece: P) => SeedFinding,
): SeedReport {
  const report = { seeds: [] as SeedReport['seeds'][number][], faults: [] as SeedReport['faults'][number][] };
  const warnings: SeedRemark[] = [];
  const lineOfId = new Map<string, number>();
  for (const piece of pieces) {
    const { line } = piece;
    if (report.faults.length === maxFaults) {
      report.faults.push({ line, message: 'there are too many faults to go on', fatal: true });
      break;
    }
    try {
      const { seed, warnings: found } = read(piece);
      warnings.push(...found.map((message) => ({ line, message })));
      if (seed === undefined) continue;
      const before = lineOfId.get(seed.id);
      if (before !== undefined) throw new Problem('property-invalid', `the serial number is on line ${before} already`);
      lineOfId.set(seed.id, line);
      report.seeds.push({ line, seed });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      report.faults.push({ line, message: error.detail });
    }
  }
  return { ...report, warnings };
}
