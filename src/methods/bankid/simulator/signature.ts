import { hash, randomBytes, sign } from 'node:crypto';
import type { Credential } from './people.ts';

/** What a person signs. */
export interface ToSign {
  readonly purpose: 'Identification' | 'Signing';
  /** Base64, as the relying party sent it. */
  readonly visible: string | undefined;
  readonly nonVisible: string | undefined;
  /** Subject of the relying party’s certificate, as Node writes it: one attribute per line. */
  readonly relyingParty: string;
  readonly deviceAddress: string;
  readonly hardwareId: string;
}

/** How a signature is spoiled once it is made. */
export type SignatureFault = 'changed' | 'wrong-key' | 'wrapped' | 'twin' | 'doctype' | 'sha1' | 'certificate-swapped';

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const bid = 'http://www.bankid.com/signature/v1.0.0/types';
const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';

/** An enveloping XML signature as the app makes it; every signed part is written in canonical form from the start. */
export function createSignature(given: ToSign, own: Credential, other: Credential, fault?: SignatureFault): string {
  const content = signedData(given);
  const keyInfo = keyInfoOf(own);
  const signedInfo = signedInfoOf(content, keyInfo, fault === 'sha1');
  const key = fault === 'wrong-key' ? other.keyPem : own.keyPem;
  const value = sign(fault === 'sha1' ? 'sha1' : 'sha256', Buffer.from(signedInfo), key).toString('base64');
  const parts = spoil({ signedInfo, value, keyInfo, content, prolog: '' }, given, other, fault);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>${parts.prolog}<Signature xmlns="${ds}">${parts.signedInfo}` +
    `<SignatureValue>${parts.value}</SignatureValue>${parts.keyInfo}<Object>${parts.content}</Object></Signature>`
  );
}

interface Parts {
  readonly prolog: string;
  readonly signedInfo: string;
  readonly value: string;
  readonly keyInfo: string;
  readonly content: string;
}

function spoil(parts: Parts, given: ToSign, other: Credential, fault: SignatureFault | undefined): Parts {
  const forged = signedData({ ...given, visible: Buffer.from('I give everything away').toString('base64') });
  switch (fault) {
    case 'changed':
      return { ...parts, content: parts.content.replace('</displayName>', 'A</displayName>') };
    case 'doctype':
      return { ...parts, prolog: '<!DOCTYPE Signature [<!ENTITY a "b">]>' };
    case 'certificate-swapped':
      return { ...parts, keyInfo: keyInfoOf(other) };
    case 'wrapped':
      // What was signed is still there, below something else.
      return {
        ...parts,
        content: forged
          .replace('</bankIdSignedData>', `${parts.content}</bankIdSignedData>`)
          .replace('bidSignedData', 'other'),
      };
    case 'twin':
      return { ...parts, content: `${forged}</Object><Object>${parts.content}` };
    default:
      return parts;
  }
}

function signedInfoOf(content: string, keyInfo: string, weak: boolean): string {
  const method = weak ? `${ds}rsa-sha1` : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
  return (
    `<SignedInfo xmlns="${ds}"><CanonicalizationMethod Algorithm="${c14n}"></CanonicalizationMethod>` +
    `<SignatureMethod Algorithm="${method}"></SignatureMethod>` +
    reference(`Type="${bid}" URI="#bidSignedData"`, content) +
    reference('URI="#bidKeyInfo"', keyInfo) +
    '</SignedInfo>'
  );
}

function reference(attributes: string, content: string): string {
  return (
    `<Reference ${attributes}><Transforms><Transform Algorithm="${c14n}"></Transform></Transforms>` +
    '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>' +
    `<DigestValue>${hash('sha256', content, 'base64')}</DigestValue></Reference>`
  );
}

function keyInfoOf({ certificatePem, chain }: Credential): string {
  const certificates = [certificatePem, ...chain].map(
    (pem) => `<X509Certificate>${pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')}</X509Certificate>`,
  );
  return `<KeyInfo xmlns="${ds}" Id="bidKeyInfo"><X509Data>${certificates.join('')}</X509Data></KeyInfo>`;
}

function signedData(given: ToSign): string {
  const { visible, nonVisible, purpose, relyingParty, hardwareId } = given;
  const name = relyingParty
    .split('\n')
    .reverse()
    .join(',')
    .replaceAll(/(^|,)(CN|O|C|OU)=/g, (text) => text.toLowerCase());
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return (
    `<bankIdSignedData xmlns="${bid}" Id="bidSignedData">` +
    (visible === undefined ? '' : `<usrVisibleData charset="UTF-8" visible="wysiwys">${visible}</usrVisibleData>`) +
    (nonVisible === undefined ? '' : `<usrNonVisibleData>${nonVisible}</usrNonVisibleData>`) +
    `<srvInfo><name>${encode(name)}</name><nonce>${randomBytes(20).toString('base64')}</nonce>` +
    `<displayName>${encode('Test relying party')}</displayName></srvInfo>` +
    `<clientInfo><funcId>${purpose}</funcId><version>${encode('Personal=7.50.0&BankID_exe=7.50.0')}</version>` +
    `<env><ai><type>${encode('ANDROID')}</type><deviceInfo>${encode('14')}</deviceInfo><uhi>${hardwareId}</uhi>` +
    '<fsib>1</fsib><utb>cs1</utb><requirement><condition><type>CertificatePolicies</type>' +
    '<value>1.2.3.4.25</value></condition></requirement><uauth>pw</uauth></ai></env></clientInfo></bankIdSignedData>'
  );
}
