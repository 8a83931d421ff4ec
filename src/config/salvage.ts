import { z } from 'zod';
import { formWith, unwrap } from './schema-walk.ts';

/** A configuration of which parts may be missing, because they were wrong. */
export type Salvaged<T> = T extends readonly (infer Item)[]
  ? readonly (Salvaged<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Salvaged<T[Key]> | undefined }
    : T;

/**
 * As much of `value` as the schema accepts, with its defaults, so that the cross-checks need not wait until all else is right.
 *
 * What the schema accepts as a whole comes back as the schema gives it.
 */
export function salvage<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
): Salvaged<z.output<Schema>> | undefined {
  return salvageAny(schema, value) as Salvaged<z.output<Schema>> | undefined;
}

function salvageAny(schema: z.core.$ZodType, value: unknown): unknown {
  const whole = z.safeParse(schema, value);
  if (whole.success) return whole.data;
  const inner = unwrap(schema);
  if (Array.isArray(value)) {
    return inner instanceof z.ZodArray ? value.map((item) => salvageAny(inner.element, item)) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  if (inner instanceof z.ZodRecord) {
    return Object.fromEntries(entries.map(([key, item]) => [key, salvageAny(inner.valueType, item)]));
  }
  if (inner instanceof z.ZodObject) {
    const shape: readonly (readonly [string, z.core.$ZodType])[] = Object.entries(inner.shape);
    const written = new Map(entries);
    return Object.fromEntries(shape.map(([key, setting]) => [key, salvageAny(setting, written.get(key))]));
  }
  const form = inner instanceof z.ZodUnion ? formWith(inner, Object.keys(value)) : undefined;
  return form === undefined ? undefined : salvageAny(form, value);
}
