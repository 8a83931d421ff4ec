// Builds the approval app (browser/approve) to where the server reads it from, unless it is there already.

import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { built, hashOfSources, isBuilt, source, stamp } from './approve-app.mjs';
import { icons } from './build-icons.mjs';

/** Builds the app when its sources are not those of the last time. */
export async function buildApp() {
  if (isBuilt()) return;
  const hash = hashOfSources();
  const outDir = mkdtempSync(join(source, '.building-'));
  try {
    await runVite('app', outDir, {});
    for (const [name, content] of Object.entries(icons())) writeFileSync(join(outDir, name), content);
    // The page is kept under its own address.
    const files = filesIn(outDir).map((name) => (name === 'index.html' ? '' : name));
    const version = JSON.stringify(hash.slice(0, 12));
    await runVite('worker', outDir, { __FILES__: JSON.stringify(files), __VERSION__: version });
    writeFileSync(join(outDir, relative(built, stamp)), hash);
    chmodSync(outDir, 0o755);
    rmSync(built, { recursive: true, force: true });
    renameSync(outDir, built);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** @param {string} mode @param {string} outDir @param {Record<string, string>} define */
async function runVite(mode, outDir, define) {
  const configFile = join(source, 'vite.config.ts');
  await build({ root: source, configFile, mode, define, logLevel: 'warn', build: { outDir } });
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildApp();
