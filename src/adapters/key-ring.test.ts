import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addKey, newKeyLine, openKeyFile, parseKeyRing } from './key-ring.ts';

const run = promisify(execFile);
const key = 'A'.repeat(43);

function keyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'data', 'keys.txt');
}

describe('a ring of keys', () => {
  it('is read from lines or commas, past comments and blanks, the newest last', () => {
    const [a, b] = [`a:${key}=`, `b_-2:${key}=`];
    for (const text of [`${a},${b}`, ` ${a} ,\n ${b},`, `# first\r\n${a} # old\r\n\r\n${b}\r\n`]) {
      const ring = parseKeyRing(text);
      expect(ring.all.map(({ id }) => id)).toEqual(['a', 'b_-2']);
      expect(ring.newest.id).toBe('b_-2');
      expect(ring.get('a')?.id).toBe('a');
      expect(ring.get('c')).toBeUndefined();
    }
  });

  it('gives each purpose a key of its own, always the same', () => {
    const [one, two] = [parseKeyRing(`a:${key}=`).newest, parseKeyRing(`a:${key}=`).newest];
    expect(one.seal.equals(two.seal)).toBe(true);
    expect(one.seal.export()).not.toEqual(one.mac);
    expect(one.mac).not.toEqual(one.hash);
    expect(one.sign.equals(two.sign)).toBe(true);
    expect(one.seal.export()).not.toEqual(Buffer.from(key, 'base64'));
  });

  it('is not there without a key', () => {
    for (const text of ['', '# nothing\n', ' , ,\n']) expect(() => parseKeyRing(text)).toThrow('there is no key');
  });

  it('refuses two keys of one id', () => {
    expect(() => parseKeyRing(`${newKeyLine(0)}\na:${key}=\na:${key}=`)).toThrow('two keys have the same id');
  });

  it('names the faulty key by its place and never repeats it', () => {
    const faults = [
      `a:${key}`,
      `a:${key}==`,
      `a ${key}=`,
      `a:${key.slice(1)}=`,
      `:${key}=`,
      `å:${key}=`,
      `${'x'.repeat(33)}:${key}=`,
      `${key}=`,
      'plain secret',
    ];
    for (const fault of faults) {
      const parse = () => parseKeyRing(`first:${key}=\n${fault}`);
      expect(parse).toThrow(/^key 2 is not of the form <id>:<base64 of 32 bytes>$/);
    }
  });

  it('makes keys that differ, with the day in their id', () => {
    const lines = Array.from({ length: 50 }, () => newKeyLine(Date.UTC(2026, 6, 1)));
    expect(new Set(lines).size).toBe(50);
    expect(parseKeyRing(lines[0] ?? '').newest.id).toMatch(/^k2026-07-01-[0-9a-f]{6}$/);
  });
});

describe('a key file', () => {
  it('is made where there is none, for its owner only, and is the same ever after', () => {
    const path = keyFile();
    const { newest } = openKeyFile(path, 0);
    expect(openKeyFile(path, 1).newest.id).toBe(newest.id);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, '..'))).toEqual(['keys.txt']);
  });

  it.each([
    ['its group may read', 0o640],
    ['anybody may read', 0o604],
    ['its group may write', 0o620],
  ])('is refused when %s it', (_, mode) => {
    const path = keyFile(); // seen to fail: the permissions were not looked at
    openKeyFile(path, 0);
    chmodSync(path, mode);
    expect(() => openKeyFile(path, 0)).toThrow(`chmod 600 ${path}`);
    expect(() => addKey(path, 0)).toThrow(`chmod 600 ${path}`);
  });

  it('gets a further key that seals from then on, and keeps the rest as it was', () => {
    const path = keyFile();
    const first = openKeyFile(path, 0).newest;
    const before = readFileSync(path, 'utf8');
    const ring = addKey(path, 0);
    expect(ring.all.map(({ id }) => id)).toEqual([first.id, ring.newest.id]);
    expect(openKeyFile(path, 0).newest.id).toBe(ring.newest.id);
    expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, '..'))).toEqual(['keys.txt']);
  });

  it('lets a process that opened it before find a key that was added since', () => {
    const path = keyFile();
    const opened = openKeyFile(path, 0);
    const { newest } = addKey(path, 0);
    expect(opened.newest.id).not.toBe(newest.id);
    expect(opened.get(newest.id)?.id).toBe(newest.id);
    expect(opened.get('never')).toBeUndefined();
  });

  it('is whole at any moment: processes that make it at once end with the same key', async () => {
    const path = keyFile(); // seen to fail ("there is no key") with a file that is made first and filled a millisecond later
    const script = `
      import { openKeyFile } from ${JSON.stringify(new URL('key-ring.ts', import.meta.url).href)};
      const [path, start] = process.argv.slice(1);
      for (let n = 0; n < 100; n += 1) {
        while (Date.now() < Number(start) + n * 4);
        console.log(openKeyFile(path + n, 0).newest.id);
      }`;
    const start = `${Date.now() + 1500}`;
    const both = [1, 2].map(() => run(process.execPath, ['--input-type=module', '--eval', script, path, start]));
    const [one, two] = (await Promise.all(both)).map(({ stdout }) => stdout.trim().split('\n'));
    expect(one).toHaveLength(100);
    expect(two).toEqual(one);
  });
});
