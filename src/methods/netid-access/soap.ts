import { parseXml, type XmlElement } from '../../core/xml-tree.ts';

/** Versions of SOAP that are spoken. */
export type SoapVersion = '1.1' | '1.2';

/** An answer as far as SOAP goes: the one element in its body, the text of its fault, or why it is neither. */
export type SoapAnswer = { readonly content: XmlElement } | { readonly fault: string } | { readonly unusable: string };

const spaces: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** Media types an answer may have: those of both versions, as servers answer some faults in the other one, and plain XML. */
const xmlTypes: ReadonlySet<string> = new Set(['text/xml', 'application/soap+xml', 'application/xml']);

/** Headers of a call: `SOAPAction` (SOAP 1.1 §6.1.1), or the parameter `action` (RFC 3902 §2). */
export function headersFor(version: SoapVersion, action: string): Readonly<Record<string, string>> {
  return version === '1.1'
    ? { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${action}"` }
    : { 'content-type': `application/soap+xml; charset=utf-8; action="${action}"` };
}

/** The envelope around a body that is XML already. */
export function envelope(version: SoapVersion, body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${spaces[version]}"><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

/** One element of plain text, escaped. The text must hold only what XML can ({@link isXmlText}). */
export function textElement(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // A line end that is written as such arrives as another one (XML 1.0 §2.11).
  return `<${name}>${escaped.replaceAll('\r', '&#13;')}</${name}>`;
}

/** True for text that XML 1.0 can hold (§2.2). */
export function isXmlText(text: string): boolean {
  return text.isWellFormed() && !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text);
}

/** Reads an answer. A fault counts whatever the HTTP status is; anything else only with 200. */
export function readAnswer({ status, type, body }: { status: number; type: string; body: string }): SoapAnswer {
  const media = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!xmlTypes.has(media)) return { unusable: `answered ${status} with another type than XML` };
  const tree = parseXml(body);
  if ('message' in tree) return { unusable: `answered ${status}: ${tree.message}` };
  const version = (['1.1', '1.2'] as const).find((known) => spaces[known] === tree.space);
  if (version === undefined || tree.name !== 'Envelope')
    return { unusable: `answered ${status} with no SOAP envelope` };
  const content = onlyIn(only(tree, spaces[version], 'Body'));
  if (content === undefined) return { unusable: `answered ${status} with a SOAP body that has not one element` };
  if (content.space === spaces[version] && content.name === 'Fault') {
    return { fault: faultText(content, version).slice(0, 4000) };
  }
  return status === 200 ? { content } : { unusable: `answered ${status} without a fault` };
}

/** `faultstring` (SOAP 1.1 §4.4), or every `Text` of `Reason` (SOAP 1.2 part 1 §5.4.2). Empty when there is none. */
function faultText(fault: XmlElement, version: SoapVersion): string {
  if (version === '1.1') return only(fault, '', 'faultstring')?.text ?? '';
  const reason = only(fault, spaces[version], 'Reason');
  const texts = reason?.children.filter(({ space, name }) => space === spaces[version] && name === 'Text') ?? [];
  return texts.map(({ text }) => text).join('\n');
}

/** The one such child; none when there are several, as nobody could say which counts. */
export function only(parent: XmlElement | undefined, space: string, name: string): XmlElement | undefined {
  const found = parent?.children.filter((child) => child.space === space && child.name === name) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

function onlyIn(parent: XmlElement | undefined): XmlElement | undefined {
  return parent?.children.length === 1 ? parent.children[0] : undefined;
}
