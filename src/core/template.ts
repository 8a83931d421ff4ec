import { z } from 'zod';
import { type Path, parsePath, valueAt } from './path.ts';

/** Text with `${path}` in it, filled in for each request. */
export class Template {
  readonly text: string;
  readonly paths: readonly Path[];
  readonly #parts: readonly (string | Path)[];

  /** @throws Error with a sentence for the operator when a path is not in the vocabulary */
  constructor(text: string) {
    this.text = text;
    this.#parts = text
      .split(/(\$\{[^}]*\})/)
      .filter((part) => part !== '')
      .map((part) => (part.startsWith('${') && part.endsWith('}') ? parsePath(part.slice(2, -1).trim()) : part));
    this.paths = this.#parts.filter((part) => typeof part !== 'string');
  }

  /** The text with its values; undefined when one of them is missing, so that nothing half-filled goes out. */
  render(facts: object): string | undefined {
    let text = '';
    for (const part of this.#parts) {
      const piece = typeof part === 'string' ? part : valueAt(facts, part);
      if (piece === undefined) return undefined;
      text += piece;
    }
    return text;
  }
}

/** A step's setting that may hold `${…}`. Settings of any other type may not. */
export function template() {
  return z.string().transform((text, context) => {
    try {
      return new Template(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}
