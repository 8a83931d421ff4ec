import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigFaults } from './config-faults.ts';
import { type Loaded, loadConfig, type Overrides } from './load.ts';

/** A configuration without faults, for tests to add to. */
export const sound = `
listen: { port: 0 }
realms: { default: { directories: [{ type: built-in }] } }
tenants: { t1: { operations: [otp_token_auth], callers: [{ open: true }] } }
`;

/** What a test sets beside the files. */
export interface Trial {
  readonly env?: Readonly<Record<string, string>>;
  readonly overrides?: Overrides;
}

/** For tests: loads `main.yaml` of a folder that holds these files, and removes it again. */
export function load(
  files: string | Readonly<Record<string, string>>,
  { env = {}, overrides = {} }: Trial = {},
): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    for (const [name, text] of Object.entries(typeof files === 'string' ? { 'main.yaml': files } : files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { config, locate } = loadConfig(join(folder, 'main.yaml'), { env, overrides });
    return { config, locate: (path) => locate(path).replaceAll(`${folder}/`, '') };
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    throw new ConfigFaults(error.lines.map((line) => line.replaceAll(`${folder}/`, '')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** For tests: the faults of such a folder; none when it loads. */
export function faultsOf(files: string | Readonly<Record<string, string>>, trial: Trial = {}): readonly string[] {
  try {
    load(files, trial);
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.lines;
    throw error;
  }
}
