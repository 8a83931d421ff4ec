/** A value as it may stand in a filter, whatever it holds: nobody can end the filter or widen it (RFC 4515 §3). */
export function escapeFilterValue(value: string): string {
  return value.replaceAll(/[\\*()\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Puts a value, escaped, in each place of a template that says `{name}`. */
export function fillFilter(template: string, name: string, value: string): string {
  return template.replaceAll(`{${name}}`, () => escapeFilterValue(value));
}

/** A filter that any of these satisfies. */
export function anyOf(filters: readonly string[]): string {
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : `(|${filters.join('')})`;
}

/** A filter for values in which these characters stand in this order, whatever is between them: how numbers are found that people wrote. */
export function inThisOrder(attribute: string, characters: string): string {
  return `(${attribute}=*${[...characters].map(escapeFilterValue).join('*')}*)`;
}
