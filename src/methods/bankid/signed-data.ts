import { Problem } from '../../core/problem.ts';
import { childOf, parseXml, type XmlElement } from '../../core/xml-tree.ts';

/** What a BankID signature says that the person agreed to. */
export interface SignedData {
  /** Base64, as it was sent in the order; undefined when the signature has none. */
  readonly visible: string | undefined;
  readonly nonVisible: string | undefined;
  /** Subject of the relying party’s certificate, in BankID’s spelling. */
  readonly relyingParty: string;
  /** `Identification` or `Signing`. */
  readonly functionId: string;
}

const space = 'http://www.bankid.com/signature/v1.0.0/types';

/** Reads `bankIdSignedData` (layout of the official sample order, BankID reference 8); undefined when it has another form. */
export function readSignedData(text: string): SignedData | undefined {
  const root = parseXml(text);
  if ('message' in root || root.space !== space || root.name !== 'bankIdSignedData') return undefined;
  try {
    const name = textAt(root, 'srvInfo', 'name');
    const functionId = textAt(root, 'clientInfo', 'funcId');
    if (name === undefined || functionId === undefined) return undefined;
    const visible = textAt(root, 'usrVisibleData');
    const nonVisible = textAt(root, 'usrNonVisibleData');
    return { visible, nonVisible, relyingParty: fromBase64(name), functionId };
  } catch (error) {
    // Something is there twice, or is no text.
    if (error instanceof Problem || error instanceof Malformed) return undefined;
    throw error;
  }
}

class Malformed extends Error {}

function textAt(root: XmlElement, ...names: readonly string[]): string | undefined {
  let element: XmlElement | undefined = root;
  for (const name of names) element = element && childOf(element, space, name);
  if (element !== undefined && element.children.length > 0) throw new Malformed();
  return element?.text.trim();
}

function fromBase64(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Malformed();
  }
}
