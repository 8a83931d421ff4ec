import { readdirSync, readFileSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, it } from 'vitest';
import rules from '../.dependency-cruiser.mjs';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

async function cruiseSources(): Promise<ICruiseResult> {
  const { forbidden, options } = rules as { forbidden: object[]; options: object };
  const { output } = await cruise(['src', 'browser'], { ruleSet: { forbidden }, validate: true, ...options } as never);
  return output as ICruiseResult;
}

it('keeps who may import whom', async () => {
  const { summary, modules } = await cruiseSources();
  // A cruiser that reads nothing finds nothing: see that it read every file, and the imports in them.
  const read = new Set(modules.map(({ source }) => source));
  expect(sources.filter((name) => !read.has(`src/${name}`))).toEqual([]);
  expect(modules.find(({ source }) => source === 'src/compose.ts')?.dependencies.length).toBeGreaterThan(15);
  const found = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  expect([...new Set(found)]).toEqual([]);
}, 600_000);

it('reaches time, chance and the network through ports in core, steps and methods', () => {
  const denied =
    /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|fetch\(|process\.|globalThis|performance\.)/;
  const offenders = sources
    .filter((name) => /^(core|steps|methods)\//.test(name) && !/\.test\.ts$|fixture|simulator/.test(name))
    .filter((name) => denied.test(readFileSync(`src/${name}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')));
  expect(offenders).toEqual([]);
});
