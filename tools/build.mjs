// `npm run build`: the release in dist/: JavaScript for the pinned Node, what it reads at run time, and a lockfile without development tools.

import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApp, buildPages } from './build-app.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
compile();
await buildApp();
await buildPages();
for (const name of [
  'browser/demo',
  'browser/approve/dist',
  'browser/pages/dist',
  'config',
  'examples',
  'docs',
  'package-lock.json',
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
]) {
  cpSync(join(root, name), join(dist, name), { recursive: true });
}
writePackage();
writeFileSync(
  join(dist, 'portvakt'),
  '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/node_modules/.bin/node" "$(dirname "$(readlink -f "$0")")/src/main.js" "$@"\n',
  { mode: 0o755 },
);
process.stdout.write(
  'The release is in dist/. There: npm ci --omit=dev && ./portvakt serve --config config/demo.yaml\n',
);

function compile() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', 'tools/tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

function writePackage() {
  const { devDependencies: _, scripts: __, ...rest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  delete lock.packages[''].devDependencies;
  for (const [path, { dev }] of Object.entries(lock.packages)) if (dev === true) delete lock.packages[path];
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(rest, undefined, 2)}\n`);
  writeFileSync(join(dist, 'package-lock.json'), `${JSON.stringify(lock, undefined, 2)}\n`);
}
