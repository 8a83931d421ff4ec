import { SaxesParser } from 'saxes';
import { Problem } from './problem.ts';

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

/** What is read at most; our choice, ample for ten thousand tokens with a signature. `piece`: characters without any markup. */
const limits = { depth: 32, elements: 500_000, attributes: 64, piece: 65_536 };

/** What goes no further than {@link parseXml}. */
class Stop extends Error {}

/** A document that is being read. */
interface Growth {
  root?: XmlElement;
  readonly open: OpenElement[];
  elements: number;
  /** Of the element that is being read. */
  attributes: number;
  /** Pieces of markup met since somebody looked. */
  marks: number;
  /** Where the element that is being read began. */
  line: number;
}

type Parser = SaxesParser<{ xmlns: true }>;

/**
 * Reads a document of our own sort: namespaces are resolved, the five entities of XML are known, nothing is ever fetched.
 *
 * A document type declaration is refused, whatever is in it: with it come entities that grow or reach out.
 */
export function parseXml(text: string): XmlElement | XmlFault {
  const parser: Parser = new SaxesParser({ xmlns: true });
  parser.ENTITIES = Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" });
  const growth: Growth = { open: [], elements: 0, attributes: 0, marks: 0, line: 1 };
  grow(parser, growth);
  setLimits(parser, growth);
  try {
    for (let at = 0; at < text.length; at += limits.piece) {
      parser.write(text.slice(at, at + limits.piece));
      if (growth.marks === 0 && at + limits.piece < text.length)
        stop(`${limits.piece} characters are without any markup`);
      growth.marks = 0;
    }
    parser.close();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { line: parser.line, message: error.message };
  }
  return growth.root ?? { line: 1, message: 'the document is empty' };
}

function stop(message: string): never {
  throw new Stop(message);
}

function grow(parser: Parser, growth: Growth): void {
  const { open } = growth;
  parser.on('opentag', ({ uri, local, attributes }) => {
    const own = Object.values(attributes).filter(({ prefix }) => prefix === '');
    const pairs = Object.fromEntries(own.map(({ name, value }) => [name, value]));
    const element = { space: uri, name: local, attributes: pairs, children: [], text: '', line: growth.line };
    open.at(-1)?.children.push(element);
    growth.root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    growth.marks += 1;
    open.pop();
  });
  const write = (said: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += said;
  };
  parser.on('text', write);
  parser.on('cdata', write);
}

function setLimits(parser: Parser, growth: Growth): void {
  parser.on('doctype', () => stop('the document has a DOCTYPE, which is not accepted'));
  parser.on('error', ({ message }) => stop(`the document is not well-formed XML: ${reasonIn(message)}`));
  parser.on('opentagstart', () => {
    // The character after the name has been read: when it ended the line, the name was on the one before.
    growth.line = parser.column === 0 ? parser.line - 1 : parser.line;
    growth.attributes = 0;
    growth.elements += 1;
    growth.marks += 1;
    if (growth.open.length >= limits.depth) stop(`elements lie more than ${limits.depth} deep`);
    if (growth.elements > limits.elements) stop(`there are more than ${limits.elements} elements`);
  });
  parser.on('attribute', () => {
    growth.attributes += 1;
    if (growth.attributes > limits.attributes) stop(`an element has more than ${limits.attributes} attributes`);
  });
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
