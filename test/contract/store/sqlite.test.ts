import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openSqliteStore } from '../../../src/adapters/store-sqlite.ts';
import { storeContract } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'portvakt-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

storeContract(
  'sqlite',
  (ports) => {
    count += 1;
    const path = join(folder, `${count}`, 'portvakt.db');
    return () => openSqliteStore({ path, ...ports });
  },
  { lasting: true, runs: 80 },
);
