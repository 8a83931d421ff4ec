import { z } from 'zod';
import { configSchema } from './schema.ts';

/** A JSON Schema, or a part of one (draft 2020-12). */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The settings as they are written, before expansion: one schema for the check, the editors and the docs. */
export function settingsSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // What tells the forms apart is one of their settings, so that no more than one fits anyway.
      if (jsonSchema.oneOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.oneOf;
      delete jsonSchema.oneOf;
    },
  });
  const text: JsonSchema = { type: 'string', minLength: 1 };
  const include: JsonSchema = {
    description:
      'More files, relative to this one; "*" in the last part of a path stands for any text. What two files set must be maps, which are merged',
    anyOf: [text, { type: 'array', items: text }],
  };
  return { ...schema, title: 'Portvakt', properties: { include, ...schema.properties } };
}

/**
 * `config/schema.json`, for editors.
 *
 * Knows what the loader knows beyond the settings: an expansion may stand for any value, and what is mandatory may stand in another file.
 */
export function configJsonSchema(): JsonSchema {
  const { required: _, ...schema } = settingsSchema();
  const { $defs = {}, ...settings } = withExpansions(schema);
  const expansion: JsonSchema = {
    description: 'A value from the environment or from a file',
    type: 'string',
    pattern: '\\$\\{(env|file):[^}]+\\}',
  };
  return { ...settings, $defs: { ...$defs, expansion } };
}

/** Not below `$defs`: those are lines of operations, whose settings are text or checked by their steps. */
function withExpansions(schema: JsonSchema): JsonSchema {
  if (isRestricted(schema)) {
    const { description, default: otherwise, ...rest } = schema;
    return {
      ...(description === undefined ? {} : { description }),
      ...(otherwise === undefined ? {} : { default: otherwise }),
      anyOf: [rest, { $ref: '#/$defs/expansion' }],
    };
  }
  const { properties, additionalProperties, items, anyOf } = schema;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: mapValues(properties, allow) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: allow(additionalProperties) }),
    ...(items === undefined || Array.isArray(items) ? {} : { items: allow(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(allow) }),
  };
}

function allow<Part extends JsonSchema | boolean>(part: Part): Part | JsonSchema {
  return typeof part === 'boolean' ? part : withExpansions(part);
}

/** True for a scalar that the text of an expansion would not satisfy. */
function isRestricted({ type, enum: choices, pattern, format }: JsonSchema): boolean {
  if (type === 'string') return choices !== undefined || pattern !== undefined || format !== undefined;
  return type === 'integer' || type === 'number' || type === 'boolean';
}

function mapValues<From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
