import { SaxesParser } from 'saxes';
import type { SimAnswer, SimRequest } from '../../../simulator-kit/simulator.ts';
import { niasSpace, type Operation, operations } from './description.ts';

/** Versions of SOAP. */
export type Version = '1.1' | '1.2';

/** A call as it was understood. A parameter that is nil is null; one that is absent is not there. */
export interface Call {
  readonly version: Version;
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string | null>>;
}

/** Fields of an answer; those that are undefined are left out. */
export type Fields = Readonly<{ [name: string]: string | Fields | undefined }>;

const spaces: Readonly<Record<Version, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** Thrown for a call that is none: what the caller is told. */
export class ClientFault extends Error {
  readonly version: Version;
  constructor(version: Version, message: string) {
    super(message);
    this.version = version;
  }
}

interface Node {
  readonly space: string;
  readonly name: string;
  readonly children: Node[];
  readonly isNil: boolean;
  text: string;
}

/** Reads a call of either version. @throws ClientFault */
export function readCall({ headers, body }: SimRequest): Call {
  const type = headers['content-type'] ?? '';
  const version: Version = /^application\/soap\+xml\b/i.test(type) ? '1.2' : '1.1';
  const refuse = (why: string) => new ClientFault(version, why);
  if (version === '1.1' && !/^text\/xml\b/i.test(type)) throw refuse('The content type is not that of SOAP.');
  const action = (version === '1.1' ? headers['soapaction'] : /\baction="?([^";]*)/i.exec(type)?.[1]) ?? '';
  const envelope = parse(body, version);
  if (envelope.space !== spaces[version] || envelope.name !== 'Envelope')
    throw refuse('Possible SOAP version mismatch.');
  const bodies = envelope.children.filter(({ space, name }) => space === spaces[version] && name === 'Body');
  const [content, ...others] = bodies.flatMap(({ children }) => children);
  if (bodies.length !== 1 || content === undefined || others.length > 0)
    throw refuse('The body must hold one element.');
  const operation = content.name;
  const isKnown = content.space === niasSpace && Object.hasOwn(operations, operation);
  if (!isKnown || action.replaceAll('"', '') !== `${niasSpace}${operation}`) {
    throw refuse('Server did not recognize the value of HTTP Header SOAPAction.');
  }
  return { version, operation: operation as Operation, parameters: parametersIn(content) };
}

/** What the caller gets: the result of an operation. */
export function resultAnswer({ version, operation }: Call, result: string | Fields | undefined): SimAnswer {
  const inner = render({ [`${operation}Result`]: result });
  return inSoap(version, 200, `<${operation}Response xmlns="${niasSpace}">${inner}</${operation}Response>`);
}

/** What the caller gets: a fault with this text. */
export function faultAnswer(version: Version, who: 'server' | 'client', text: string): SimAnswer {
  const reason = escaped(text);
  const code = who === 'server' ? ['Server', 'Receiver'] : ['Client', 'Sender'];
  const fault =
    version === '1.1'
      ? `<faultcode>soap:${code[0]}</faultcode><faultstring>${reason}</faultstring><detail/>`
      : `<soap:Code><soap:Value>soap:${code[1]}</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">${reason}</soap:Text></soap:Reason><soap:Detail/>`;
  return inSoap(version, 500, `<soap:Fault>${fault}</soap:Fault>`);
}

function inSoap(version: Version, status: number, body: string): SimAnswer {
  const type = version === '1.1' ? 'text/xml' : 'application/soap+xml';
  return {
    status,
    headers: { 'content-type': `${type}; charset=utf-8` },
    body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${spaces[version]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>${body}</soap:Body></soap:Envelope>`,
  };
}

function render(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      if (value === undefined) return '';
      const inner = typeof value === 'string' ? escaped(value) : render(value);
      return inner === '' ? `<${name} />` : `<${name}>${inner}</${name}>`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function parametersIn({ children }: Node): Call['parameters'] {
  const known = children.filter(({ space }) => space === niasSpace);
  return Object.fromEntries(known.map(({ name, text, isNil }) => [name, isNil ? null : text]));
}

function parse(text: string, version: Version): Node {
  const parser = new SaxesParser({ xmlns: true });
  const open: Node[] = [];
  let root: Node | undefined;
  const refuse = (why: string) => {
    throw new ClientFault(version, why);
  };
  parser.on('doctype', () => refuse('A DTD is prohibited in this XML document.'));
  parser.on('error', () => refuse('There is an error in the XML document.'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    const isNil = Object.values(attributes).some(
      ({ local: name, value }) => name === 'nil' && /^(true|1)$/.test(value),
    );
    const node: Node = { space: uri, name: local, children: [], isNil, text: '' };
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  const write = (said: string) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += said;
  };
  parser.on('text', write);
  parser.on('cdata', write);
  parser.write(text).close();
  if (root === undefined) throw new ClientFault(version, 'There is no XML document.');
  return root;
}
