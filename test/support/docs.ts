import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const notOurs = /^(node_modules|dist|data|coverage|\.git)(\/|$)/;

/** Every Markdown file of the repository, by path from its root. */
export function markdownFiles(): readonly string[] {
  return ['.', 'src', 'docs', 'test', 'config', 'tools', 'bench', 'browser', '.ci'].flatMap((folder) =>
    readdirSync(folder, { encoding: 'utf8', recursive: folder !== '.' })
      .map((name) => normalize(join(folder, name)))
      .filter((path) => path.endsWith('.md') && !notOurs.test(path)),
  );
}

/** The text of a file of the repository. */
export function readPage(path: string): string {
  return readFileSync(path, 'utf8');
}

/** A table of a page: rows of cells without the marks of Markdown around code. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a text, in order. `\|` in a cell is a bar. */
export function tablesIn(text: string): readonly Table[] {
  return [...withoutBlocks(text).matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([table]) => {
    const [head = [], , ...rows] = table.trim().split('\n').map(cellsOf);
    return { head, rows };
  });
}

function cellsOf(line: string): string[] {
  const cells = line.slice(1, -1).split(/(?<!\\)\|/);
  return cells.map((cell) => bare(cell.trim().replaceAll('\\|', '|')));
}

/** A cell that is one piece of code, without its marks and the link around it; any other as it is. */
export function bare(cell: string): string {
  const [, linked = cell] = /^\[(.*)\]\([^)]*\)$/.exec(cell) ?? [];
  const [, code = linked] = /^`([^`]*)`$/.exec(linked) ?? [];
  return code;
}

/** Heading, its marks for code taken away → the text below it, to the next heading of any level. */
export function sectionsIn(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^#{2,4} /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).replaceAll('`', ''), part.slice(end + 1).trim()];
    }),
  );
}

/** The first paragraph of a text, in one line. */
export function firstParagraph(text: string): string {
  return (text.split('\n\n')[0] ?? '').replaceAll('\n', ' ');
}

/** What stands in the fenced blocks of one language. */
export function blocksIn(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, name, block]) =>
    name === language && block !== undefined ? [block] : [],
  );
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** Code spans outside blocks. */
export function codeIn(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** Links of a page that lead to no file or heading of the repository. */
export function brokenLinks(path: string): readonly string[] {
  const links = [...withoutBlocks(readPage(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^https?:/.test(link)).filter((link) => !leadsSomewhere(path, link));
}

function leadsSomewhere(path: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), file));
  if (!existsSync(target)) return false;
  return heading === undefined || (target.endsWith('.md') && anchorsOf(readPage(target)).has(heading));
}

/** As GitHub makes them: lower case, letters, digits, hyphens and underscores; blanks become hyphens. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Paths of the repository that a text names, its blocks included, and that are not there. */
export function missingPaths(text: string): readonly string[] {
  const named = text.matchAll(/(?<![\w./<-])(?:src|test|tools|config|docs|bench|browser)\/[\w./-]*\w(?![*<\w])/g);
  return [...named].map(([path]) => path).filter((path) => !existsSync(path));
}
