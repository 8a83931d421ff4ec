import { SaxesParser } from 'saxes';
import { Problem } from '../../core/problem.ts';

/** An element of a small XML document. */
export interface XmlElement {
  /** Namespace; empty for none. */
  readonly space: string;
  readonly name: string;
  /** By name; attributes with a prefix are left out. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, not that of its children. */
  readonly text: string;
  /** Line of its name, 1 for the first. */
  readonly line: number;
}

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/** Where and why a document was not read. */
export interface XmlFault {
  readonly line: number;
  readonly message: string;
}

/** Deepest nesting and most elements that are read; our choice, ample for ten thousand tokens with a signature. */
const limits = { depth: 32, elements: 500_000, attributes: 64 };

/** What goes no further than {@link parseXml}. */
class Stop extends Error {}

/**
 * Reads a document of our own sort: namespaces are resolved, the five entities of XML are known, nothing is ever fetched.
 *
 * A document type declaration is refused, whatever is in it: with it come entities that grow or reach out.
 */
export function parseXml(text: string): XmlElement | XmlFault {
  const parser = new SaxesParser({ xmlns: true });
  parser.ENTITIES = Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let startLine = 1;
  const stop = (message: string) => {
    throw new Stop(message);
  };
  parser.on('doctype', () => stop('the document has a DOCTYPE, which is not accepted'));
  parser.on('error', ({ message }) => stop(`the document is not well-formed XML: ${reasonIn(message)}`));
  parser.on('opentagstart', () => {
    // The character after the name has been read: when it ended the line, the name was on the one before.
    startLine = parser.column === 0 ? parser.line - 1 : parser.line;
    elements += 1;
    if (open.length >= limits.depth) stop(`elements lie more than ${limits.depth} deep`);
    if (elements > limits.elements) stop(`there are more than ${limits.elements} elements`);
  });
  let attributes = 0;
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.attributes) stop(`an element has more than ${limits.attributes} attributes`);
  });
  parser.on('opentag', ({ uri, local, attributes: written }) => {
    attributes = 0;
    const own = Object.values(written).filter(({ prefix }) => prefix === '');
    const pairs = own.map(({ name, value }) => [name, value] as const);
    const element = {
      space: uri,
      name: local,
      attributes: Object.fromEntries(pairs),
      children: [],
      text: '',
      line: startLine,
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const write = (said: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += said;
  };
  parser.on('text', write);
  parser.on('cdata', write);
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { line: parser.line, message: error.message };
  }
  return root ?? { line: 1, message: 'the document is empty' };
}

/** The parser's reason without its place, and without names from the document, which may be anything. */
function reasonIn(message: string): string {
  const [, reason = ''] = /^(?:\d+:\d+: )?([^:.]*)/.exec(message) ?? [];
  return reason;
}

/** The elements with this name and namespace right below `element`. */
export function childrenOf(element: XmlElement, space: string, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.space === space && child.name === name);
}

/** The one such element, if there is any. @throws Problem 'property-invalid' when there are several: which would count? */
export function childOf(element: XmlElement, space: string, name: string): XmlElement | undefined {
  const [child, ...others] = childrenOf(element, space, name);
  if (others.length > 0) throw new Problem('property-invalid', `there are several ${name} elements where one belongs`);
  return child;
}
