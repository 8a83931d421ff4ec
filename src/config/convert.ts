import { z } from 'zod';
import { formWith, unwrap } from './schema-walk.ts';
import type { Written, WrittenScalar } from './written.ts';

/**
 * Gives `port: ${env:PORT}` its number: where the schema wants a number or a boolean and the whole value is one expansion, its text is
 * read as one.
 *
 * The schema decides, not the look of the text, so a password of digits stays text. Only plain decimals and `true` and `false` are
 * read; the rest stays text, and the schema refuses it. Not for the settings of steps: their schemas are the steps' own.
 */
export function convertExpansions(schema: z.core.$ZodType, written: Written): Written {
  const inner = unwrap(schema);
  if (written.kind === 'scalar') return written.whole ? { ...written, value: read(inner, written) } : written;
  if (written.kind === 'list') {
    if (!(inner instanceof z.ZodArray)) return written;
    return { ...written, items: written.items.map((item) => convertExpansions(inner.element, item)) };
  }
  const below = settingsOf(inner, [...written.entries.keys()]);
  const entries = [...written.entries].map(([key, value]): [string, Written] => {
    const setting = below(key);
    return [key, setting === undefined ? value : convertExpansions(setting, value)];
  });
  return { ...written, entries: new Map(entries) };
}

function settingsOf(schema: z.core.$ZodType, keys: readonly string[]): (key: string) => z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (key) => (Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined);
  if (schema instanceof z.ZodRecord) return () => schema.valueType;
  const form = schema instanceof z.ZodUnion ? formWith(schema, keys) : undefined;
  return form === undefined ? () => undefined : settingsOf(form, keys);
}

function read(schema: z.core.$ZodType, { value }: WrittenScalar): unknown {
  if (typeof value !== 'string') return value;
  if (schema instanceof z.ZodNumber && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return Number(value);
  const wantsBoolean =
    schema instanceof z.ZodBoolean ||
    (schema instanceof z.ZodLiteral && [...schema.values].every((choice) => typeof choice === 'boolean'));
  return wantsBoolean && (value === 'true' || value === 'false') ? value === 'true' : value;
}
