// Runs Portvakt, or a tool of it (--run FILE), on the pinned Node, whatever Node this is; installs and builds first what is missing.
//
// Plain JavaScript without dependencies: this is the only file that runs on an older Node, before anything is installed.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { approveApp, isBuilt, signInPages } from './browser-apps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const isTool = first === '--run';
const lacksApp = first === 'demo' && !(isBuilt(approveApp) && isBuilt(signInPages));

install(isTool || lacksApp ? 'all' : 'production');
if (lacksApp) buildApps();
const demo = ['src/main.ts', 'serve', '--config', 'config/demo.yaml', ...rest];
const asked = isTool ? rest : first === 'demo' ? demo : ['src/main.ts', ...process.argv.slice(2)];
const [program = '', ...words] = asked;
run(findNode(), [join(root, program), ...words]);

/** @param {'production' | 'all'} wanted */
function install(wanted) {
  const stamp = join(root, 'node_modules', '.installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (present === `all ${lock}` || present === `${wanted} ${lock}`) return;
  const npm = process.env['npm_execpath'];
  const command = npm === undefined ? 'npm' : process.execPath;
  const words = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(wanted === 'production' ? ['--omit=dev'] : []),
  ];
  process.stderr.write('Installing what Portvakt is made of (once) …\n');
  const { status } = spawnSync(command, npm === undefined ? words : [npm, ...words], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: npm === undefined && process.platform === 'win32',
    env: { ...process.env, npm_config_engine_strict: 'false' },
  });
  if (status !== 0) {
    process.stderr.write('npm could not install; the lines above say why. Mend it and try again.\n');
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, `${wanted} ${lock}`);
}

/** The approval app and the sign-in pages, which the demo shows. Without them all else works. */
function buildApps() {
  process.stderr.write('Building the approval app and the sign-in pages (once) …\n');
  spawnSync(findNode(), [join(root, 'tools/build-app.mjs')], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The pinned Node; on a platform it is not packaged for, this one if it is new enough. */
function findNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const pinned = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `Portvakt needs Node 24. There is no package of it for ${process.platform} on ${process.arch}: install it and try again.\n`,
  );
  return process.exit(1);
}

/**
 * @param {string} node
 * @param {string[]} words
 */
function run(node, words) {
  const child = spawn(node, words, { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; this process waits for it to finish in good order.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128));
}
