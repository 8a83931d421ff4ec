import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Crowd, policies, type Realm, toConfigured } from './crowd.ts';
import { root } from './product.ts';

const run = promisify(execFile);

/** A configuration in a folder of its own, for any number of servers. */
export interface Site {
  readonly folder: string;
  readonly configFile: string;
  /** The program that is proved: `src/main.ts` of this repository, or of a private copy. */
  readonly main: string;
  /** Runs a command of the product to its end; resolves with what it printed. */
  command(...words: readonly string[]): Promise<string>;
  /** Writes the exported audit log to a file. */
  exportLog(file: string): Promise<void>;
}

const proof = [{ step: 'require-input', properties: ['username', 'otp'] }, { step: 'find-claimant' }];

/** Operations of our own: none that hashes a password, which is slow on purpose. */
const operations = {
  sign_in: {
    summary: 'A code in, a session out',
    steps: [...proof, { step: 'otp-token/verify-code' }, { step: 'open-session', lifetimeSeconds: 2_592_000 }],
  },
  issue_code: {
    summary: 'Make a code for a person',
    steps: [
      { step: 'require-input', properties: ['username'] },
      { step: 'find-user' },
      { step: 'otp-call-in/issue-code', digits: 8, lifetimeSeconds: 86_400, retries: 10 },
    ],
  },
  issued_auth: {
    summary: 'Is this the code that was made?',
    steps: [...proof, { step: 'otp-token/verify-code', issued: 'call-in' }],
  },
  onetouch_start_auth: {
    summary: 'Have a person approve on an enrolled device.',
    steps: [
      { step: 'require-input', properties: ['username'] },
      { step: 'push/start', lifetimeSeconds: 900 },
    ],
  },
};

const asked = [
  ...Object.keys(operations),
  'otp_token_auth',
  'onetouch_enroll',
  'onetouch_check_auth',
  'onetouch_cancel',
  'verifyUser',
  'endSession',
];

/** Writes the configuration. `more` is what an arrangement adds to it. */
export function createSite(folder: string, main: string, crowd: Crowd, more: object): Site {
  mkdirSync(folder, { recursive: true });
  const configFile = join(folder, 'portvakt.yaml');
  const realmNames = Object.keys(policies) as Realm[];
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    data: join(folder, 'data'),
    log: { level: 'warn' },
    drainSeconds: 0,
    push: { clockSkewSeconds: 600, budget: { free: 1000, gapSeconds: 1, maxGapSeconds: 1 } },
    realms: Object.fromEntries(
      realmNames.map((name) => [
        name,
        { directories: [{ type: 'built-in', people: toConfigured(crowd, name) }], attempts: policies[name] },
      ]),
    ),
    tenants: Object.fromEntries(
      realmNames.map((name) => [name, { realm: name, operations: asked, callers: [{ open: true }] }]),
    ),
    operations,
    ...more,
  };
  writeFileSync(configFile, JSON.stringify(config));
  return {
    folder,
    configFile,
    main,
    async command(...words) {
      const { stdout } = await run(process.execPath, [main, ...words], { cwd: root });
      return stdout;
    },
    async exportLog(file) {
      const child = spawn(process.execPath, [main, 'events', 'export', '--config', configFile], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await pipeline(child.stdout, createWriteStream(file));
      const [code] = await ended;
      if (code !== 0) throw new Error(`the audit log could not be exported: exit code ${code}`);
    },
  };
}
