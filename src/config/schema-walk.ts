import { z } from 'zod';

/** The schema without what only says that a setting may be left out. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? unwrap(schema.def.innerType) : schema;
}

/** The form of a union of maps that has one of these settings. */
export function formWith(union: z.ZodUnion, keys: readonly string[]): z.core.$ZodType | undefined {
  return union.options.find(
    (form) => form instanceof z.ZodObject && keys.some((key) => Object.hasOwn(form.shape, key)),
  );
}
