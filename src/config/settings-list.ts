import { type JsonSchema, settingsSchema } from './json-schema.ts';

/** One row of the list of settings. */
export interface Setting {
  /** `tenants.*.callers[].basic.username`: `*` is any name, `[]` every item of a list. */
  readonly path: string;
  /** `text`, `integer`, `list of text`, `"TLSv1.2" | "TLSv1.3"`, … */
  readonly type: string;
  /** What holds when nothing is written; absent when the setting is mandatory, or left out means none. */
  readonly default?: unknown;
  readonly description: string;
}

/** Every setting that has a description, in the order of the schema: the rows of docs/settings.md. The settings of steps are not among them. */
export function listSettings(): Setting[] {
  const root = settingsSchema();
  return below(root, '', { definitions: root.$defs ?? {}, under: [] });
}

interface Walk {
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** Definitions that are being listed: lines hold lines. */
  readonly under: readonly string[];
}

function below(schema: JsonSchema, path: string, walk: Walk): Setting[] {
  if (schema.$ref !== undefined) {
    if (walk.under.includes(schema.$ref)) return [];
    return below(resolve(schema, walk), path, { ...walk, under: [...walk.under, schema.$ref] });
  }
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema;
  const named = Object.entries(properties).flatMap(([name, part]) =>
    typeof part === 'boolean' ? [] : listed(part, path === '' ? name : `${path}.${name}`, walk),
  );
  const any = isSchema(additionalProperties) ? below(additionalProperties, `${path}.*`, walk) : [];
  const each = isSchema(items) ? below(items, `${path}[]`, walk) : [];
  return [...named, ...any, ...each, ...anyOf.flatMap((form) => (isSchema(form) ? below(form, path, walk) : []))];
}

function listed(schema: JsonSchema, path: string, walk: Walk): Setting[] {
  const inner = below(schema, path, walk);
  const { description, default: otherwise } = schema;
  if (description === undefined) return inner;
  // What is below has defaults of its own.
  const shown = otherwise === undefined || schema.properties !== undefined ? {} : { default: otherwise };
  return [{ path, type: typeOf(schema, walk), ...shown, description }, ...inner];
}

function typeOf(schema: JsonSchema, walk: Walk): string {
  const { type, enum: choices, const: only, items, anyOf, properties } = resolve(schema, walk);
  if (choices !== undefined) return choices.map((choice) => JSON.stringify(choice)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (anyOf !== undefined) {
    return [...new Set(anyOf.map((form) => (isSchema(form) ? typeOf(form, walk) : 'anything')))].join(' | ');
  }
  if (type === 'array') return isSchema(items) ? `list of ${typeOf(items, walk)}` : 'list';
  if (type === 'object') return properties === undefined ? 'map' : 'settings';
  return type === 'string' ? 'text' : String(type);
}

function resolve(schema: JsonSchema, { definitions }: Walk): JsonSchema {
  return schema.$ref === undefined ? schema : (definitions[schema.$ref.slice('#/$defs/'.length)] ?? {});
}

function isSchema(part: unknown): part is JsonSchema {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}
