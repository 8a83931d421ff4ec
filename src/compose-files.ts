import { readFileSync } from 'node:fs';
import { parseCertificates } from './adapters/certificate.ts';

/** Text of a file that a setting names. @throws Error with a sentence for the operator that begins with the setting */
export function readNamed(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Text of files with certificates of authorities. @throws Error as {@link readNamed}, also when there is no certificate in one */
export function readAuthorities(setting: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const pem = readNamed(setting, path);
    named(setting, path, () => parseCertificates(pem));
    return pem;
  });
}

/** Makes something of what was in a file. @throws Error with `objection`, or else with what `make` said, under setting and file */
export function named<T>(setting: string, path: string, make: () => T, objection?: string): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${setting}: ${path} ${objection ?? `cannot be used: ${(error as Error).message}`}`);
  }
}
