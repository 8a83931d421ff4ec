// Whether the approval app is built as its sources are now. Plain JavaScript without dependencies: the launcher asks.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The sources of the app. */
export const source = join(root, 'browser/approve');

/** Where the server reads it from. */
export const built = join(source, 'dist');

/** What a build is known by. */
export const stamp = join(built, '.built');

/** A hash over all that the app is made from. */
export function hashOfSources() {
  const hash = createHash('sha256');
  for (const path of [...filesIn(source), ...['app', 'icons'].map((name) => join(root, `tools/build-${name}.mjs`))]) {
    hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const name of ['preact', 'vite', '@simplewebauthn/browser'])
    hash.update(packages[`node_modules/${name}`].version);
  return hash.digest('hex');
}

/** Whether the app is there, and of these very sources. A release brings the app without them. */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return path === built || entry.name.startsWith('.') ? [] : filesIn(path);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [path];
    });
}
