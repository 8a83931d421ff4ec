import { parseKeyUri } from './key-uri.ts';
import { toTokenSeed } from './seed.ts';
import { linesOf, textOf } from './seed-lines.ts';
import { gatherReport, type SeedReport } from './seed-report.ts';

/** Reads a list of key URIs, one a line. The account names the user, and the token too unless there is a parameter `serial`. */
export function readUris(text: string): SeedReport {
  return gatherReport(linesOf(text), (line) => {
    const { uri, serial = uri.account, warnings } = parseKeyUri(textOf(line));
    const { type, secret, algorithm, digits, periodSeconds, counter, account, issuer } = uri;
    const numbers = { digits: String(digits), period: String(periodSeconds), counter: String(counter) };
    const seed = toTokenSeed({ id: serial, type, secret, algorithm, ...numbers, user: account, name: issuer });
    return { seed, warnings };
  });
}
