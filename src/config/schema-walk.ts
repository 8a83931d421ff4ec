import { z } from 'zod';

/** The schema without what only says that a setting may be left out. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? unwrap(schema.def.innerType) : schema;
}

/** The form of a union of maps that has most of these settings, and any of them at all. */
export function formWith(union: z.ZodUnion, keys: readonly string[]): z.core.$ZodType | undefined {
  const fits = (form: z.core.$ZodType) =>
    form instanceof z.ZodObject ? keys.filter((key) => Object.hasOwn(form.shape, key)).length : 0;
  return union.options.reduce<z.core.$ZodType | undefined>(
    (best, form) => (fits(form) > (best === undefined ? 0 : fits(best)) ? form : best),
    undefined,
  );
}
