// `npm run check`: everything that is checked, in the order in which it fails fastest.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const checks = [
  ['lint and format', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['types of the browser', 'node_modules/typescript/bin/tsc', '--noEmit', '--project', 'browser'],
  ['types of the approval app', 'node_modules/typescript/bin/tsc', '--noEmit', '--project', 'browser/approve'],
  ['types of the sign-in pages', 'node_modules/typescript/bin/tsc', '--noEmit', '--project', 'browser/pages'],
  ['types of its worker', 'node_modules/typescript/bin/tsc', '--noEmit', '--project', 'browser/approve/worker'],
  ['dead code', 'node_modules/knip/bin/knip.js'],
  ['tests and import rules', 'tools/test.mjs'],
  ['release', 'tools/build.mjs'],
];

for (const [what, ...words] of checks) {
  process.stderr.write(`── ${what}\n`);
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`── ${what}: not in order\n`);
    process.exit(status ?? 1);
  }
}
process.stderr.write('── all in order\n');
