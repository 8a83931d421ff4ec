import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../src/commands/program.ts';
import { eventTypes, presets, steps } from '../src/compose.ts';
import { listSettings } from '../src/config/settings-list.ts';
import { bind } from '../src/core/bind.ts';
import { vocabulary } from '../src/core/facts.ts';
import { problems } from '../src/core/problem.ts';
import {
  bare,
  blocksIn,
  brokenLinks,
  codeIn,
  firstParagraph,
  markdownFiles,
  missingPaths,
  readPage,
  sectionsIn,
  tablesIn,
} from './support/docs.ts';
import {
  commandLinesIn,
  commandsOf,
  faultsIn,
  isWritten,
  kindOf,
  loadBlock,
  loadDocumented,
  optionRow,
  scriptsIn,
  shown,
} from './support/docs-code.ts';

const pages = markdownFiles();
const rowsIn = (text: string, firstColumn: string) =>
  tablesIn(text)
    .filter(({ head }) => head[0] === firstColumn)
    .flatMap(({ rows }) => rows);
const vocabularyRows = Object.entries(vocabulary).flatMap(([fact, paths]) =>
  Object.entries(paths).map(([path, words]) => [path === '' ? fact : `${fact}.${path}`, words] as const),
);

describe('docs/operations.md', () => {
  const page = readPage('docs/operations.md');
  const { operations } = bind(presets, steps);

  it('lists the operations that ship', () => {
    const rows = [...operations.values()].map(({ name, summary }) => [name, summary]);
    expect(rowsIn(page, 'Operation')).toEqual(rows);
    expect([...sectionsIn(page).keys()]).toEqual([...operations.keys()]);
  });

  it.each([...operations.values()])('describes $name as it is bound', ({ name, summary, words }) => {
    const { input, required, reply } = words;
    const section = sectionsIn(page).get(name) ?? '';
    const properties = [...new Set([...required, ...Object.keys(input)])];
    const rows = properties.map((property) => [property, required.includes(property) ? 'yes' : 'no', input[property]]);
    expect(firstParagraph(section)).toBe(summary);
    expect(rowsIn(section, 'Property of the request')).toEqual(rows);
    expect(rowsIn(section, 'Property of the answer')).toEqual(Object.entries(reply));
    const shipped = { operations: { [name]: presets[name as keyof typeof presets] } };
    expect(blocksIn(section, 'yaml').map((block) => parse(block))).toEqual([shipped]);
  });
});

describe('docs/steps.md', () => {
  const page = readPage('docs/steps.md');

  it('lists the steps there are', () => {
    expect(rowsIn(page, 'Step')).toEqual(steps.map(({ name, summary }) => [name, summary]));
    expect([...sectionsIn(page).keys()]).toEqual(steps.map(({ name }) => name));
  });

  it('names those that prove who the user is', () => {
    const [, list = ''] = /^Some steps prove who the user is: (.*?)\. Others/m.exec(page) ?? [];
    expect(codeIn(list)).toEqual(steps.filter(({ proves }) => proves).map(({ name }) => name));
  });

  it.each(steps)('describes $name with its facts and settings', ({ name, summary, needs, gives, records, config }) => {
    const section = sectionsIn(page).get(name) ?? '';
    const { properties = {}, required = [] } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
    const settings = Object.entries(properties).map(([setting, property]) => {
      const schema = property as z.core.JSONSchema.BaseSchema;
      const otherwise = required.includes(setting) ? 'must be given' : shown(schema.default);
      return [setting, kindOf(schema), otherwise, schema.description];
    });
    const facts = (names: readonly string[]) => bare(names.map((fact) => `\`${fact}\``).join(', ') || 'nothing');
    expect(firstParagraph(section)).toBe(`${summary}.`);
    expect(rowsIn(section, 'Needs')).toEqual([[facts(needs), facts(gives), records ? 'yes' : 'no']]);
    expect(rowsIn(section, 'Setting')).toEqual(settings);
  });
});

describe('docs/commands.md', () => {
  const page = readPage('docs/commands.md');
  const [program, ...commands] = commandsOf(createProgram());
  const common = rowsIn(sectionsIn(page).get('Common options') ?? '', 'Option');

  it('lists the commands there are', () => {
    const headings = [...sectionsIn(page).keys()].filter((heading) => heading !== 'Common options');
    expect(program?.path).toBe('portvakt');
    expect(headings).toEqual(commands.map(({ path }) => path));
  });

  it.each(commands)('describes $path with its arguments and options', ({ path, command }) => {
    const section = sectionsIn(page).get(path) ?? '';
    const [, shared = ''] = /^With (.*)\.$/m.exec(section) ?? [];
    const sharedRows = codeIn(shared).map((flags) => common.find(([name]) => name === flags));
    const words = command.registeredArguments.map((argument) => [`<${argument.name()}>`, argument.description]);
    expect(firstParagraph(section)).toBe(`${command.description()}.`);
    expect(rowsIn(section, 'Argument')).toEqual(words);
    expect([...sharedRows, ...rowsIn(section, 'Option')]).toEqual(command.options.map(optionRow));
  });

  it('names the variables of the environment', () => {
    const variables = commands.flatMap(({ command }) => command.options.flatMap(({ envVar }) => envVar ?? []));
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the lists', () => {
  const firstColumns = (page: string, firstColumn: string, count: number) =>
    rowsIn(readPage(page), firstColumn).map((row) => row.slice(0, count));

  it('of settings hold every setting, with type and default', () => {
    const settings = listSettings().map(({ path, type, default: otherwise, description }) => {
      return [path, type, shown(otherwise), description];
    });
    expect(rowsIn(readPage('docs/settings.md'), 'Setting')).toEqual(settings);
  });

  it('of problems hold every problem, with status, outward code and title', () => {
    const all = Object.entries(problems).map(([code, { status, word, title }]) => [code, String(status), word, title]);
    expect(firstColumns('docs/problems.md', 'Code in the log', 4)).toEqual(all);
  });

  it('of events hold every event, with severity and summary', () => {
    const all = eventTypes.map(({ name, severity, summary }) => [name, String(severity), summary]);
    expect(firstColumns('docs/events.md', 'Event', 3)).toEqual(all);
  });

  it('of paths hold the whole vocabulary', () => {
    expect(firstColumns('docs/configuration.md', 'Path', 2)).toEqual(vocabularyRows);
  });

  it('of dependencies hold every one of package.json', () => {
    const { optionalDependencies, dependencies, devDependencies } = JSON.parse(readPage('package.json'));
    const names = [optionalDependencies, dependencies, devDependencies].flatMap((group) => Object.keys(group));
    const rows = firstColumns('docs/decisions/0009-dependencies.md', 'Package', 1).flat();
    expect(rows.sort()).toEqual(names.sort());
  });

  it('of decisions lead to every decision, by its title', () => {
    const decisions = pages.filter((path) => /^docs\/decisions\/\d/.test(path)).sort();
    const rows = [...readPage('docs/decisions/README.md').matchAll(/^\| \[(\d+)\]\((.*)\) \| (.*) \|$/gm)];
    expect(rows.map(([, number, file, title]) => [`docs/decisions/${file}`, `# ${number} ${title}`])).toEqual(
      decisions.map((path) => [path, readPage(path).split('\n')[0]]),
    );
    for (const path of decisions) {
      expect([...sectionsIn(readPage(path)).keys()], path).toEqual(['Context', 'Choice', 'Consequences']);
    }
  });

  it('of changes have a place for what is not released yet', () => {
    expect(readPage('CHANGELOG.md')).toMatch(/^## \[Unreleased\]$/m);
  });
});

describe('config/example.yaml', () => {
  const file = 'config/example.yaml';

  it('is right', () => {
    expect(() => loadDocumented(file)).not.toThrow();
  });

  it('has every setting, or a line that shows it as an alternative', () => {
    const written: unknown = parse(readPage(file));
    const alternatives = [...readPage(file).matchAll(/^ *# (\w+): \S+$/gm)].map(([, name]) => name);
    const left = listSettings().filter(({ path }) => !isWritten(written, path));
    expect(left.map(({ path }) => path.split(/[.[\]]+/).at(-1)).sort()).toEqual(alternatives.sort());
  });
});

describe('every page', () => {
  const named = (find: (text: string) => readonly string[]) =>
    pages.flatMap((path) => find(readPage(path)).map((found) => ({ path, found })));

  it('leads only to files and headings that are there', () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap((path) => brokenLinks(path).map((link) => ({ path, link })))).toEqual([]);
  });

  it('names only files that are there', () => {
    expect(named(missingPaths)).toEqual([]);
  });

  it('shows only configurations that are right', () => {
    const blocks = named((text) => blocksIn(text, 'yaml'));
    expect(blocks.length).toBeGreaterThan(8);
    for (const { path, found } of blocks) expect(() => loadBlock(found), `${path}:\n${found}`).not.toThrow();
  });

  it('names only commands, options and scripts that are there', () => {
    const { scripts } = JSON.parse(readPage('package.json')) as { scripts: object };
    const lines = named(commandLinesIn);
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.flatMap(({ path, found }) => faultsIn(found).map((fault) => ({ path, found, fault })))).toEqual([]);
    expect(named(scriptsIn).filter(({ found }) => !Object.hasOwn(scripts, found))).toEqual([]);
  });

  it('names only settings, paths and events that are there', () => {
    const settings = listSettings().map(({ path }) => path);
    const verbs = ['store.change'];
    const known = [
      ...settings,
      ...eventTypes.map(({ name }) => name),
      ...vocabularyRows.map(([path]) => path),
      ...verbs,
    ];
    const areas = new RegExp(`^(${[...new Set(known.map((name) => name.split('.')[0]))].join('|')})\\.\\w`);
    const like = named(codeIn).filter(({ found }) => areas.test(found) && !/\.(txt|ts|md|jsonl)\b/.test(found));
    expect(like.length).toBeGreaterThan(20);
    const isKnown = (text: string) => known.some((name) => matches(name, text.split(':')[0] ?? ''));
    expect(like.filter(({ found }) => !isKnown(found))).toEqual([]);
  });
});

/** True when the text is the name, or one that its `*` stands for. */
function matches(name: string, text: string): boolean {
  const parts = name.split('.');
  const words = text.split('.');
  return parts.length === words.length && parts.every((part, at) => part === '*' || part === words[at]);
}
