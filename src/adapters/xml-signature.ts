import { X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { parseXml, type XmlElement } from '../core/xml-tree.ts';

/** What an XML signature vouches for. */
export interface SignedXmlDocument {
  /** The signed element in canonical form: the very text whose hash was signed. Nothing else of the document may be believed. */
  readonly signed: string;
  /** The certificates that were signed along with it; the first one’s key made the signature. */
  readonly certificates: readonly X509Certificate[];
}

/** Largest document, in bytes; the largest thing to sign is a fifth of it. Our choice. */
const maxBytes = 1_000_000;
const maxCertificates = 8;

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const canonical = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
/** The library looks at the references in this form first, and at the right one afterwards. */
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/**
 * Checks an enveloping signature (W3C XML Signature 1.1) of one form: an Object with one element in it and a KeyInfo with certificates, both
 * referred to by their Id and canonicalised (Canonical XML 1.0), RSA with SHA-256.
 *
 * Everything else is refused, so that nothing can be wrapped around or put beside what was signed. Whether the certificates can be trusted is
 * not looked at here.
 *
 * @throws Error that says why, in words of ours
 */
export function verifyXmlSignature(document: Uint8Array): SignedXmlDocument {
  const text = decodeText(document);
  const shape = readShape(read(text));
  const [own] = shape.certificates;
  if (own?.publicKey.asymmetricKeyType !== 'rsa') throw new Error('the key that made the signature is not RSA');
  const [signed, keyInfo, ...others] = check(text, own);
  if (signed === undefined || keyInfo === undefined || others.length > 0)
    throw new Error('what it refers to was changed');
  // What was hashed is read once more: what stands in the document might have been understood differently.
  const certificates = readCertificates(read(keyInfo));
  if (certificates[0]?.fingerprint256 !== own.fingerprint256) {
    throw new Error('the certificate that made the signature is not signed');
  }
  return { signed, certificates };
}

/** What was hashed, reference by reference, once the signature over the hashes was found right. */
function check(text: string, signer: X509Certificate): readonly string[] {
  const checker = new SignedXml({ publicCert: signer.toString() });
  allowOnly(checker);
  try {
    checker.loadSignature(text);
    return checker.checkSignature(text) ? checker.getSignedReferences() : [];
  } catch {
    // The library’s words repeat what is in the document.
    throw new Error('it was not made by the key of its certificate');
  }
}

function decodeText(document: Uint8Array): string {
  if (document.length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(document);
  } catch {
    throw new Error('it is not UTF-8');
  }
}

function read(text: string): XmlElement {
  // Also what comes after the root, where a reader of trees would not see it.
  if (/<!|<\?(?!xml\s)/.test(text)) throw new Error('it has more in it than elements and text');
  const root = parseXml(text);
  if ('message' in root) throw new Error(root.message);
  return root;
}

function readShape(root: XmlElement) {
  if (root.space !== ds || root.name !== 'Signature') throw new Error('it is not an XML signature');
  const [signedInfo, , keyInfo, object] = exactly(root, ['SignedInfo', 'SignatureValue', 'KeyInfo', 'Object']);
  const [content, ...others] = object?.children ?? [];
  if (signedInfo === undefined || keyInfo === undefined || content === undefined || others.length > 0) {
    throw new Error('Object holds something else than one element');
  }
  const references = readSignedInfo(signedInfo);
  const wanted = [content, keyInfo].map(({ attributes }) => `#${attributes['Id'] ?? ''}`);
  if (references.join('\n') !== wanted.join('\n') || wanted.includes('#')) {
    throw new Error('it refers to something else than its content and its certificates');
  }
  return { references, certificates: readCertificates(keyInfo) };
}

function readSignedInfo(signedInfo: XmlElement): readonly string[] {
  const [method, signature, ...references] = exactly(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
    'Reference',
  ]);
  must(method, canonical);
  must(signature, rsaSha256);
  return references.map((reference) => {
    const [transforms, digest] = exactly(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
    const [transform] = transforms === undefined ? [] : exactly(transforms, ['Transform']);
    must(transform, canonical);
    must(digest, sha256);
    return reference.attributes['URI'] ?? '';
  });
}

function must(element: XmlElement | undefined, algorithm: string): void {
  if (element?.attributes['Algorithm'] !== algorithm || element.children.length > 0) {
    throw new Error(`${element?.name} is not the one that is accepted`);
  }
}

/** The children of an element, which must have these names, all in the signature’s own namespace, and be no more. */
function exactly(element: XmlElement, names: readonly string[]): readonly XmlElement[] {
  const found = element.children;
  const fits =
    found.length === names.length && found.every(({ space, name }, at) => space === ds && name === names[at]);
  if (!fits) throw new Error(`${element.name} does not have exactly ${names.join(', ')} in it`);
  return found;
}

function readCertificates(keyInfo: XmlElement): readonly X509Certificate[] {
  const [data] = exactly(keyInfo, ['X509Data']);
  const found = data?.children ?? [];
  const fits = found.every(
    ({ space, name, children }) => space === ds && name === 'X509Certificate' && children.length === 0,
  );
  if (!fits || found.length === 0 || found.length > maxCertificates) {
    throw new Error(`X509Data does not hold one to ${maxCertificates} certificates and nothing else`);
  }
  return found.map(({ text }) => toCertificate(text));
}

function toCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    throw new Error('a certificate in it cannot be read');
  }
}

/** The library knows more algorithms than one may accept. */
function allowOnly(checker: SignedXml): void {
  checker.CanonicalizationAlgorithms = pick(checker.CanonicalizationAlgorithms, canonical, exclusive);
  checker.HashAlgorithms = pick(checker.HashAlgorithms, sha256);
  checker.SignatureAlgorithms = pick(checker.SignatureAlgorithms, rsaSha256);
}

function pick<T>(all: Record<string, T>, ...names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([known]) => names.includes(known)));
}
