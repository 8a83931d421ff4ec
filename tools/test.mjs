// `npm test`: sets up what the tests need from the system, builds the approval app and the sign-in pages, then runs them. Words after it go to vitest.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildApp, buildPages } from './build-app.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Programs and files the tests want, with the Debian package that brings each. */
const programs = {
  oathtool: 'oathtool',
  openssl: 'openssl',
  curl: 'curl',
  '/usr/sbin/nginx': 'nginx',
  cc: 'gcc',
  chromium: 'chromium',
  '/usr/sbin/slapd': 'slapd',
  ldapadd: 'ldap-utils',
  '/usr/sbin/samba': 'samba-ad-dc',
  '/usr/lib/postgresql': 'postgresql',
  '/usr/share/samba/setup/provision.ldif': 'samba-ad-provision',
};

setUp();
await buildApp();
await buildPages();
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // Hundreds of processes start during a run, all of the same sources: what one has compiled, the next one has.
  env: {
    ...process.env,
    NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
  },
});
process.exitCode = status ?? 1;

function setUp() {
  const missing = Object.entries(programs).filter(([program]) => !isThere(program));
  if (missing.length === 0) return;
  const packages = [
    ...new Set(missing.map(([, name]) => name)),
    ...(missing.some(([program]) => program === 'cc') ? ['libc6-dev'] : []),
  ];
  const byHand = `apt-get install -y -o Acquire::Retries=5 --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    process.stderr.write(
      `The tests need ${missing.map(([program]) => program).join(', ')}. Install them and try again, on Debian with\n  sudo ${byHand}\n`,
    );
    process.exit(1);
  }
  process.stderr.write(`Installing for the tests (once): ${packages.join(' ')} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of ['apt-get update -qq -o Acquire::Retries=5', byHand]) {
    const [program = '', ...rest] = words.split(' ');
    const done = spawnSync(program, rest, { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    if (done.status === 0) continue;
    process.stderr.write(`${words} failed:\n${done.stderr}\n`);
    process.exit(1);
  }
}

/** @param {string} program */
function isThere(program) {
  return spawnSync('sh', ['-c', `command -v ${program} || test -e ${program}`], { stdio: 'ignore' }).status === 0;
}
