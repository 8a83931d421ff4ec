import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { fastify } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { mountApproveFiles } from './approve-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'portvakt-approve-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
const script = 'export {};\n'.repeat(200);
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'sw.js'), '');
writeFileSync(join(folder, 'assets/app-1a2b.js'), script);
writeFileSync(join(folder, 'notes.txt'), 'not for anybody');

const server = fastify();
mountApproveFiles(server, folder);
const get = (path: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'GET', url: path, headers });

describe('the app', () => {
  it('is served with a policy that lets nothing else in', async () => {
    for (const path of ['/approve/', '/approve/index.html']) {
      const { statusCode, headers, body } = await get(path);
      expect([statusCode, body]).toEqual([200, '<!doctype html>']);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('is kept by browsers where its name tells its content, and only there', async () => {
    expect((await get('/approve/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable');
    expect((await get('/approve/sw.js')).headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  it('comes compressed to whoever can read that', async () => {
    const path = '/approve/assets/app-1a2b.js';
    const answer = await get(path, { 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(script);
    expect((await get(path)).body).toBe(script);
  });

  it.each(['/approve/notes.txt', '/approve/../package.json', '/approve/%2e%2e/package.json', '/approve/assets/'])(
    'is nothing but its files: %s',
    async (path) => {
      expect((await get(path)).statusCode).toBe(404);
    },
  );

  it('that was not built is not there', async () => {
    const bare = fastify();
    mountApproveFiles(bare, join(folder, 'nowhere'));
    expect((await bare.inject({ method: 'GET', url: '/approve/' })).statusCode).toBe(404);
  });
});
