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
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    line += 1;
    const said = text.slice(start, Math.min(end, start + maxLineLength + 1));
    start = end + 1;
    const bare = said.trimStart();
    if (line > after && bare !== '' && !bare.startsWith('#')) yield { line, text: said.replace(/\r$/, '') };
  }
}
