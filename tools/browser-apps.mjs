// Whether what runs in browsers is built as its sources are now. Plain JavaScript without dependencies: the launcher asks.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the approval app and the sign-in pages are both made from. */
const shared = ['browser/kit', 'browser/approve/public', 'tools/build-app.mjs', 'tools/build-icons.mjs'].map((name) =>
  join(root, name),
);

/** @param {string} source */
const app = (source) => ({ source, built: join(source, 'dist'), stamp: join(source, 'dist/.built') });

/** The approval app: its sources, where the server reads it from, and what a build is known by. */
export const approveApp = app(join(root, 'browser/approve'));

/** The sign-in pages, likewise. */
export const signInPages = app(join(root, 'browser/pages'));

/**
 * A hash over all that an app is made from.
 *
 * @param {typeof approveApp} app
 */
export function hashOfSources({ source }) {
  const hash = createHash('sha256');
  for (const path of new Set([source, ...shared].flatMap(filesAt)))
    hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const name of ['preact', 'vite', '@simplewebauthn/browser'])
    hash.update(packages[`node_modules/${name}`].version);
  return hash.digest('hex');
}

/**
 * Whether an app is there, and of these very sources. A release brings the apps without them.
 *
 * @param {typeof approveApp} app
 */
export function isBuilt(app) {
  return existsSync(app.stamp) && readFileSync(app.stamp, 'utf8') === hashOfSources(app);
}

/** @param {string} path @returns {string[]} */
function filesAt(path) {
  if (!existsSync(path)) return [];
  if (/\.mjs$/.test(path)) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return entry.name === 'dist' || entry.name.startsWith('.') ? [] : filesAt(inside);
      return /\.(test\.tsx?|md)$/.test(entry.name) ? [] : [inside];
    });
}
