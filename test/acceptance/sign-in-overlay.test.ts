import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { simpleConfig, startTestServer } from '../support/server.ts';

const files = {
  'texts.sv.json': '{"brand":"Region Nord"}',
  'style.css': ':root { --accent: #7a1f5c }',
  'logo.png': 'png',
  'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'secret.txt': 'of nobody’s business',
};

/** A server with a page that has these files beside it, and one that has none. */
async function scene() {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-overlay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const overlay_dir = join(folder, 'overlay');
  mkdirSync(overlay_dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(overlay_dir, name), content);
  writeFileSync(join(folder, 'style.css'), 'outside');
  const page = (id: string, more: object = {}) => ({
    id,
    type: 'UserNameAndPassword',
    display_name: 'For people who read the configuration',
    config: { tenant: 't1', context_path: `/${id}`, success_location: '/out', ...more },
  });
  const house = join(folder, 'house');
  mkdirSync(house);
  writeFileSync(join(house, 'style.css'), ':root { --accent: #123456 }');
  writeFileSync(join(house, 'texts.en.json'), '{"brand":"House"}');
  const several = page('several', { overlay_dirs: [overlay_dir, house] });
  const authenticators = [page('own', { overlay_dir }), page('plain'), several];
  const { url } = await startTestServer(simpleConfig({}, { authenticators }));
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`, { redirect: 'manual' });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { get };
}

describe('the overlay of a page', () => {
  it('is told of, and served, with the type of each file and nothing else beside it', async () => {
    const { get } = await scene();
    const { text, headers } = await get('/own/page.json');
    expect(JSON.parse(text)).toEqual({
      id: 'own',
      type: 'UserNameAndPassword',
      pollSeconds: 2,
      overlay: {
        sv: '/own/overlay/texts.sv.json',
        style: '/own/overlay/style.css',
        logo: '/own/overlay/logo.svg',
      },
    });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    for (const [name, type] of [
      ['texts.sv.json', 'application/json'],
      ['style.css', 'text/css'],
      ['logo.svg', 'image/svg+xml'],
      ['logo.png', 'image/png'],
    ] as const) {
      const file = await get(`/own/overlay/${name}`);
      expect([file.status, file.text]).toEqual([200, files[name]]);
      expect(file.headers.get('content-type')).toContain(type);
      expect(file.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('leads to no other file', async () => {
    const { get } = await scene();
    for (const name of ['secret.txt', 'texts.en.json', '..%2fstyle.css', '..%5cstyle.css', '.', '']) {
      expect((await get(`/own/overlay/${name}`)).status, name).toBe(404);
    }
  });

  it('is empty where none is configured', async () => {
    const { get } = await scene();
    expect(JSON.parse((await get('/plain/page.json')).text)).toMatchObject({ overlay: {} });
    expect((await get('/plain/overlay/style.css')).status).toBe(404);
  });

  it('may be in several folders, of which the first that has a file counts', async () => {
    const { get } = await scene();
    expect((await get('/several/overlay/style.css')).text).toBe(files['style.css']);
    expect((await get('/several/overlay/texts.en.json')).text).toBe('{"brand":"House"}');
    expect(Object.keys(JSON.parse((await get('/several/page.json')).text).overlay)).toContain('en');
  });

  it('that is not there stops the start', async () => {
    const config = { tenant: 't1', context_path: '/in', success_location: '/out', overlay_dir: '/nowhere/at/all' };
    const authenticators = [{ id: 'in', type: 'UserNameAndPassword', config }];
    await expect(startTestServer(simpleConfig({}, { authenticators }))).rejects.toThrow(
      'authenticator "in": the overlay /nowhere/at/all is no folder',
    );
  });
});
