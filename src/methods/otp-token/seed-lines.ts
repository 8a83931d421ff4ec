import { Problem } from '../../core/problem.ts';

/** A line of a text file that says something. */
export interface TextLine {
  /** 1 for the first of the file. */
  readonly line: number;
  /** Without its end; of an overlong line the beginning, see {@link textOf}. */
  readonly text: string;
}

/** No line of a seed list is longer; our choice. */
const maxLineLength = 8192;

/** The text of a line that is not overlong. @throws Problem 'property-invalid' past 8192 characters */
export function textOf({ text }: TextLine): string {
  if (text.length <= maxLineLength) return text;
  throw new Problem('property-invalid', `the line is longer than ${maxLineLength} characters`);
}

/** The lines of a text that are neither blank nor a comment (`#`), one after the other, so that no text makes a huge list. */
export function* linesOf(text: string, after = 0): Generator<TextLine> {
  let start = 0;
  for (let line = 1; start < text.length; line += 1) {
    const found = text[start] === '\n' ? start : text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const said = line > after ? text.slice(start, Math.min(end, start + maxLineLength + 1)) : '';
    start = end + 1;
    if (said === '') continue;
    const bare = said.trimStart();
    if (bare !== '' && !bare.startsWith('#')) yield { line, text: said.replace(/\r$/, '') };
  }
}
