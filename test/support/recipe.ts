import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage } from './docs.ts';

/** A recipe of the cookbook, as it stands on its page. */
export interface Recipe {
  /** `/etc/portvakt/portvakt.yaml`. */
  readonly configuration: string;
  /** What goes into the `http` block of nginx; undefined when the recipe has no proxy. */
  readonly nginx: string | undefined;
  /** What is to be typed, from top to bottom. */
  readonly tries: readonly Try[];
}

/** What is to be typed, and what the page says that it prints; undefined when it says nothing. */
export interface Try {
  readonly script: string;
  readonly prints: string | undefined;
}

/** Reads a page: every block of `sh` is to be typed, and a block of `text` right behind it is what that prints. */
export function readRecipe(path: string): Recipe {
  const page = readPage(path);
  const [configuration, ...others] = blocks(page, 'yaml').filter((text) =>
    text.startsWith('# /etc/portvakt/portvakt.yaml\n'),
  );
  const nginx = blocks(page, 'nginx');
  if (configuration === undefined || others.length > 0 || nginx.length > 1)
    throw new Error(`${path} must have one whole configuration, and one of nginx at most`);
  const tries = [...page.matchAll(/^```sh\n([\s\S]*?)^```$(?:\s*^```text\n([\s\S]*?)^```$)?/gm)];
  return {
    configuration,
    nginx: nginx[0],
    tries: tries.map(([, script = '', prints]) => ({ script, prints })),
  };
}

function blocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );
}

/** What a block of printed text stands for: `…` is anything within a line, and a line with nothing else any lines. */
export function toPattern(prints: string): RegExp {
  const lines = prints.trimEnd().split('\n');
  const parts = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escapeText).join('.*')}\\n`,
  );
  return new RegExp(`^${parts.join('')}$`);
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The text with every place of the page replaced by one of the test. @throws Error when one is not there: then it is not tested */
export function relocate(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((moved, [from, to]) => {
    if (!moved.includes(from)) throw new Error(`"${from}" stands nowhere`);
    return moved.replaceAll(from, to);
  }, text);
}

/** The script with `name=…` filled in. */
export function fillIn(script: string, valueNamed: (name: string) => string): string {
  return script.replaceAll(/^(\w+)=…/gm, (_, name: string) => `${name}='${valueNamed(name)}'`);
}

/** What was printed last under a name: a property of JSON, or a line `Name: value`. @throws Error when nothing was */
export function lastSaid(output: string, name: string): string {
  const found = [...output.matchAll(new RegExp(`(?:"${name}":"|^${name}: +)([^"\\s]+)`, 'gim'))];
  const value = found.at(-1)?.[1];
  if (value === undefined) throw new Error(`nothing was printed that is called ${name}`);
  return value;
}

/** A terminal. */
export interface Terminal {
  /** Types this; resolves with what it prints, errors included, when the prompt is there again. */
  type(script: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens a shell in a folder. What one script sets, the next one knows. */
export function openTerminal(folder: string, env: Readonly<Record<string, string>>): Terminal {
  const prompt = '\n--- done ---\n';
  const file = join(folder, 'typed.sh');
  const shell = spawn('sh', [], { cwd: folder, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  let look = () => {};
  const ended = once(shell, 'close').finally(() => look());
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    look();
  });
  return {
    async type(script) {
      writeFileSync(file, script);
      printed = '';
      shell.stdin.write(`. '${file}' </dev/null 2>&1; printf '${prompt.replaceAll('\n', '\\n')}'\n`);
      while (!printed.endsWith(prompt)) {
        if (shell.exitCode !== null) throw new Error(`the shell ended and had printed: ${printed}`);
        await new Promise<void>((resolve) => {
          look = resolve;
        });
      }
      return `${printed.slice(0, -prompt.length).replaceAll('\r', '').trimEnd()}\n`;
    },
    async close() {
      shell.kill('SIGKILL');
      await ended;
    },
  };
}
