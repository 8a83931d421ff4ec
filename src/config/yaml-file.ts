import { type Document, LineCounter, parseDocument } from 'yaml';
import { type PlacedFault, startOf, type Written } from './written.ts';
import { type Origin, placeOf, type Reading, writeNode } from './yaml-nodes.ts';

/** Parser messages that would repeat what was written, which may be a secret. */
const plainMessages: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'there is no such anchor before this alias',
  BAD_DIRECTIVE: 'directives are not supported',
  BAD_DQ_ESCAPE: 'there is no such escape sequence; a backslash in double quotes is written \\\\',
  MULTIPLE_DOCS: 'a file is one document; this begins another',
  NON_STRING_KEY: 'the name of a setting must be text',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAG_RESOLVE_FAILED: 'tags are not supported',
  UNEXPECTED_TOKEN: 'this is not YAML; something before it is not closed, not quoted or not indented as it must be',
};

/**
 * The settings of one YAML 1.2 (or JSON) text, expanded, with the place of everything; undefined when it is not YAML.
 *
 * Not supported, on purpose: tags, merge keys, several documents, keys that are no text, an anchor defined twice.
 */
export function parseYaml(
  text: string,
  file: string,
  surroundings: Origin,
): { readonly written: Written | undefined; readonly faults: readonly PlacedFault[] } {
  const lines = new LineCounter();
  const faults: PlacedFault[] = [];
  const document = parse(text, lines);
  if (document === undefined) {
    return { written: undefined, faults: [{ place: startOf(file), path: [], message: 'is nested too deeply' }] };
  }
  const reading: Reading = { file, lines, surroundings, faults, anchors: new Map(), repeating: new Set(), repeated: 0 };
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    faults.push({ place: placeOf(pos[0], reading), path: [], message: plainMessages[code] ?? message });
  }
  if (document.directives?.yaml.version !== '1.2') {
    faults.push({ place: startOf(file), path: [], message: 'only YAML 1.2 is supported' });
  }
  if (faults.length > 0) return { written: undefined, faults };
  return { written: writeNode(document.contents, [], startOf(file), reading), faults };
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      stringKeys: true,
      // Ours names the setting and both places.
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
    });
  } catch {
    // The parser recurses; what exhausts the stack is no configuration.
    return undefined;
  }
}
