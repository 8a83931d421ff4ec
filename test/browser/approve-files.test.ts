import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { approveApp, isBuilt } from '../../tools/browser-apps.mjs';
import { buildApp } from '../../tools/build-app.mjs';
import { simpleConfig, startTestServer } from '../support/server.ts';

beforeAll(buildApp);

const files = () =>
  readdirSync(approveApp.built, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ parentPath, name }) => ({ name, content: readFileSync(join(parentPath, name)) }));

describe('the built app', () => {
  it('is known to be of these sources', () => expect(isBuilt(approveApp)).toBe(true));

  it('is less than sixty kilobytes in all, compressed', () => {
    const sizes = files().map(({ content }) => gzipSync(content).length);
    expect(sizes.length).toBeGreaterThan(8);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(60_000);
  });

  it('has no script and no style within its page', () => {
    const page =
      files()
        .find(({ name }) => name === 'index.html')
        ?.content.toString() ?? '';
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it('is installable: names, icons that are there, and a place to begin', () => {
    const [manifest] = files().filter(({ name }) => name.endsWith('.webmanifest'));
    const { icons, ...rest } = JSON.parse(manifest?.content.toString() ?? '{}');
    expect(rest).toMatchObject({ name: expect.any(String), short_name: 'Portvakt', display: 'standalone' });
    expect([rest.start_url, rest.scope]).toEqual(['/approve/', '/approve/']);
    for (const { src, sizes, type } of icons) {
      const content = files().find(({ name }) => name === src)?.content;
      if (type === 'image/svg+xml') continue;
      expect(`${content?.readUInt32BE(16)}x${content?.readUInt32BE(20)}`).toBe(sizes);
    }
  });
});

it('is found without the last stroke, too', async () => {
  const { url } = await startTestServer(simpleConfig({}));
  const answer = await fetch(`${url}/approve`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, '/approve/']);
});
