// Builds what runs in browsers, the approval app and the sign-in pages, to where the server reads it from, unless it is there already.

import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { approveApp, hashOfSources, isBuilt, signInPages } from './browser-apps.mjs';
import { icons } from './build-icons.mjs';

/** Builds the approval app when its sources are not those of the last time. */
export async function buildApp() {
  await keep(approveApp, async (outDir, hash) => {
    await runVite(approveApp, 'app', outDir, {});
    for (const [name, content] of Object.entries(icons())) writeFileSync(join(outDir, name), content);
    // The page is kept under its own address.
    const files = filesIn(outDir).map((name) => (name === 'index.html' ? '' : name));
    const version = JSON.stringify(hash.slice(0, 12));
    await runVite(approveApp, 'worker', outDir, { __FILES__: JSON.stringify(files), __VERSION__: version });
  });
}

/** Builds the sign-in pages when their sources are not those of the last time. */
export async function buildPages() {
  await keep(signInPages, async (outDir) => {
    await runVite(signInPages, 'pages', outDir, {});
    const parts = JSON.parse(readFileSync(join(outDir, '.vite/manifest.json'), 'utf8'));
    const frame = readFileSync(join(signInPages.source, 'page.html'), 'utf8');
    for (const [source, part] of Object.entries(parts)) {
      if (!part.isEntry) continue;
      const [type = ''] = source.split('/');
      writeFileSync(join(outDir, `${type}.html`), frame.replace('<!-- parts -->', tagsOf(source, parts)));
    }
    rmSync(join(outDir, '.vite'), { recursive: true });
  });
}

/**
 * What a page loads: its style sheets, its script, and what that will import.
 *
 * @param {string} source
 * @param {Record<string, { file: string, css?: string[], imports?: string[] }>} parts
 */
function tagsOf(source, parts) {
  const icon = Object.values(parts).find(({ file }) => file.endsWith('.svg'));
  const names = [source];
  for (const name of names) names.push(...(parts[name]?.imports ?? []).filter((each) => !names.includes(each)));
  const address = (/** @type {string | undefined} */ file) => `/sign-in/${file}`;
  const sheets = new Set(names.toReversed().flatMap((name) => parts[name]?.css ?? []));
  return [
    `<link rel="icon" href="${address(icon?.file)}" type="image/svg+xml">`,
    ...[...sheets].map((file) => `<link rel="stylesheet" href="${address(file)}">`),
    ...names.slice(1).map((name) => `<link rel="modulepreload" href="${address(parts[name]?.file)}">`),
    `<script type="module" src="${address(parts[source]?.file)}"></script>`,
  ].join('\n    ');
}

/**
 * Has an app made in a new folder, which then takes the place of the one from the last time.
 *
 * @param {typeof approveApp} app
 * @param {(outDir: string, hash: string) => Promise<void>} make
 */
async function keep(app, make) {
  if (isBuilt(app)) return;
  const hash = hashOfSources(app);
  const outDir = mkdtempSync(join(app.source, '.building-'));
  try {
    await make(outDir, hash);
    writeFileSync(join(outDir, relative(app.built, app.stamp)), hash);
    chmodSync(outDir, 0o755);
    rmSync(app.built, { recursive: true, force: true });
    renameSync(outDir, app.built);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** @param {typeof approveApp} app @param {string} mode @param {string} outDir @param {Record<string, string>} define */
async function runVite({ source }, mode, outDir, define) {
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildApp();
  await buildPages();
}
