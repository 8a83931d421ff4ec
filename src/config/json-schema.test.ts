import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from './json-schema.ts';
import { listSettings } from './settings-list.ts';
import { sound } from './trial.ts';

function check() {
  const ajv = new Ajv2020({ strictTypes: false });
  addFormats.default(ajv);
  return ajv.compile(configJsonSchema());
}

it('is what config/schema.json holds', () => {
  const file = readFileSync(new URL('../../config/schema.json', import.meta.url), 'utf8');
  expect(file).toBe(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
});

it('accepts settings, expansions in their place, includes and parts', () => {
  const validate = check();
  const texts = [
    sound,
    'include: tenants/*.yaml\nlisten: { port: "${env:PORT}" }\ndemo: ${env:DEMO:-true}',
    'operations: { o: { summary: s, steps: [{ when: { input.otp: { present: true } }, then: [{ step: x, any: 1 }] }] } }',
  ];
  expect(texts.map((text) => validate(parse(text)))).toEqual([true, true, true]);
});

it('accepts the configuration of the demo', () => {
  const file = readFileSync(new URL('../../config/demo.yaml', import.meta.url), 'utf8');
  expect(check()(parse(file))).toBe(true);
});

it('refuses what the loader refuses', () => {
  const validate = check();
  const texts = [
    'colour: red',
    'listen: { port: "80" }',
    'include: 5',
    'operations: { o: { summary: s, steps: [{}] } }',
  ];
  expect(texts.map((text) => validate(parse(text)))).toEqual([false, false, false, false]);
});

it('lists the settings in the order in which they are declared', () => {
  const rows = listSettings();
  const paths = rows.map(({ path }) => path);
  expect(paths.slice(0, 4)).toEqual(['include', 'listen', 'listen.host', 'listen.port']);
  expect(paths).toContain('tenants.*.callers[].basic.username');
  expect(new Set(paths).size).toBe(paths.length);
});

it('says type and default of a setting', () => {
  const rows = new Map(listSettings().map(({ path, ...row }) => [path, row]));
  expect(rows.get('listen.port')).toMatchObject({ type: 'integer', default: 8080 });
  expect(rows.get('listen.tls.minVersion')).toMatchObject({ type: '"TLSv1.2" | "TLSv1.3"', default: 'TLSv1.2' });
  expect(rows.get('listen.tls.clientCa')).not.toHaveProperty('default');
  expect(rows.get('tenants.*.operations')?.type).toBe('list of text');
});

it('has a description for every setting that has a name', () => {
  const paths = new Set(listSettings().map(({ path }) => path));
  const described = (schema: object, path: string): string[] =>
    Object.entries(schema).flatMap(([key, part]) => {
      if (key === '$defs' || typeof part !== 'object' || part === null) return [];
      if (key === 'properties') {
        return Object.entries(part as object).flatMap(([name, inner]) => {
          const here = path === '' ? name : `${path}.${name}`;
          return [here, ...described(inner as object, here)];
        });
      }
      const step = key === 'additionalProperties' ? '.*' : key === 'items' ? '[]' : '';
      return described(part as object, path + step);
    });
  expect(described(configJsonSchema(), '').filter((path) => !paths.has(path))).toEqual([]);
});
