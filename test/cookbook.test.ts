import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readPage, sectionsIn } from './support/docs.ts';
import { loadText } from './support/docs-code.ts';
import { type Kitchen, kitchens } from './support/kitchens.ts';
import { startNginx } from './support/nginx.ts';
import { fillIn, lastSaid, openTerminal, type Recipe, readRecipe, relocate, toPattern } from './support/recipe.ts';
import { makeSite } from './support/server-process.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const pages = readdirSync('docs/cookbook').filter((name) => name !== 'README.md');
const names = pages.map((name) => name.replace('.md', ''));

describe('the cookbook', () => {
  it('lists every recipe, by its title, and every one is tried', () => {
    const rows = [...readPage('docs/cookbook/README.md').matchAll(/^\| \[(.*)\]\((\S+\.md)\) \|/gm)];
    const titles = pages.map((name) => [name, /^# (.*)/.exec(readPage(`docs/cookbook/${name}`))?.[1]]);
    expect(rows.map(([, title, name]) => [name, title]).sort()).toEqual(titles.sort());
    expect(Object.keys(kitchens).sort()).toEqual(names.sort());
  });

  it.each(names)('has a whole configuration for %s, how to try it, what to watch and what can go wrong', (name) => {
    const page = readPage(`docs/cookbook/${name}.md`);
    expect([...sectionsIn(page).keys()]).toEqual(['Configuration', 'Try it', 'What to watch', 'What can go wrong']);
    expect(() => loadText(readRecipe(`docs/cookbook/${name}.md`).configuration)).not.toThrow();
  });
});

describe('what a page says comes when it is tried', () => {
  it.each(Object.entries(kitchens))('%s', async (name, open) => {
    const recipe = readRecipe(`docs/cookbook/${name}.md`);
    const kitchen = await open();
    const { terminal, folder, url, startProxy } = await serve(recipe, kitchen);
    const { before = {} } = kitchen;
    expect(Object.keys(before).filter((words) => !recipe.tries.some(({ script }) => script.includes(words)))).toEqual(
      [],
    );
    let output = '';
    for (const { script, prints = '' } of recipe.tries) {
      for (const [words, happen] of Object.entries(before)) if (script.includes(words)) await happen(url);
      if (script.includes('curl')) await startProxy();
      const valueNamed = (value: string) => kitchen.values?.[value]?.() ?? lastSaid(output, value);
      const printed = await terminal.type(fillIn(script.replaceAll(/\/etc\/(portvakt|nginx)/g, folder), valueNamed));
      expect(printed, script).toMatch(toPattern(prints));
      expect(statusesIn(printed), script).toEqual(statusesIn(prints));
      output += printed;
    }
  });
});

function statusesIn(text: string) {
  return text.match(/^HTTP\/1\.1 .*$/gm);
}

/** Starts the recipe's server, and opens a terminal in which its addresses lead to that; nginx is started when somebody asks. */
async function serve(recipe: Recipe, kitchen: Kitchen) {
  const { places, files = {}, secrets = {}, env = {} } = kitchen;
  const site = makeSite({});
  const { folder } = site;
  const around = { ...places, '/var/lib/portvakt': site.data, '/etc/portvakt': folder };
  writeFileSync(site.file, relocate(recipe.configuration, around));
  for (const name of ['secrets', 'tls']) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const [, name = ''] of recipe.configuration.matchAll(/\$\{file:secrets\/([\w-]+)\}/g))
    writeFileSync(join(folder, 'secrets', name), `${secrets[name] ?? `secret-of-${name}`}\n`);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value.replace('/etc/portvakt', folder));
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await site.serve();
  const { host } = new URL(server.url);
  const { nginx } = kitchen;
  const leads = {
    '127.0.0.1:8080': host,
    'auth.example.org:8443': host,
    '127.0.0.1:9090': hostOf(server.managementUrl),
    ...(nginx && { [`${nginx.host}:443`]: `127.0.0.1:${nginx.port}` }),
  };
  writeFileSync(join(folder, '.curlrc'), curlSettings(leads, files, folder));
  writeFileSync(join(folder, 'portvakt'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  const terminal = openTerminal(folder, { CURL_HOME: folder, PORTVAKT_CONFIG: site.file });
  onTestFinished(terminal.close);
  let isProxied = nginx === undefined;
  async function startProxy() {
    if (isProxied || nginx === undefined) return;
    isProxied = true;
    const text = relocate(recipe.nginx ?? '', { ...nginx.places, '127.0.0.1:8080': host, '/etc/nginx': folder });
    onTestFinished(await startNginx(join(folder, 'nginx'), text, nginx.port));
  }
  return { terminal, folder, url: server.url, startProxy };
}

function hostOf(url: string): string {
  return url === '' ? '127.0.0.1:1' : new URL(url).host;
}

function curlSettings(leads: Readonly<Record<string, string>>, files: object, folder: string): string {
  const lines = Object.entries(leads).map(([from, to]) => `connect-to = "${from}:${to}"`);
  const ca = 'tls/ca.pem' in files ? [`cacert = "${join(folder, 'tls/ca.pem')}"`] : [];
  return ['silent', 'show-error', 'max-time = 30', ...lines, ...ca, ''].join('\n');
}
