import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createOcspResponse, type OcspFault } from '../methods/bankid/simulator/ocsp.ts';
import { type Blemish, createBank, policies } from '../methods/bankid/simulator/people.ts';
import { createSignature, type SignatureFault, type ToSign } from '../methods/bankid/simulator/signature.ts';
import { createAuthority, type Issued } from '../simulator-kit/authority.ts';
import { testPeople } from '../simulator-kit/people.ts';
import { createProofVerifier } from './signed-proof.ts';

const now = Date.UTC(2026, 10, 22, 12);
const dayMs = 86_400_000;
const [person, neighbour] = testPeople;
const bank = await createBank();
const responder = await bank.responder();
const strange = await bank.credentialOf(neighbour, policies.mobile, 'untrusted');
const rules = { roots: [new X509Certificate(bank.rootPem)], maxAgeSeconds: 600, boundToSignature: true };
const verifier = createProofVerifier(rules);
const text = Buffer.from('Sign här').toString('base64');
const given: ToSign = {
  purpose: 'Signing',
  visible: text,
  nonVisible: undefined,
  relyingParty: 'CN=Somebody',
  deviceAddress: '192.0.2.1',
  hardwareId: 'abc=',
};

interface Spoilt {
  readonly signature?: SignatureFault;
  readonly ocsp?: OcspFault;
  readonly blemish?: Blemish;
  readonly responder?: Issued;
  /** Changes the text of the signature; the answer about revocation is for the changed one. */
  edit?(document: string): string;
}

/** What BankID delivers, spoilt as told. */
async function proof({ edit = (all) => all, ...spoilt }: Spoilt = {}) {
  const own = await bank.credentialOf(person, policies.mobile, spoilt.blemish);
  const signature = Buffer.from(edit(createSignature(given, own, strange, spoilt.signature))).toString('base64');
  const ocsp = createOcspResponse({
    signature,
    certificatePem: own.certificatePem,
    issuerPem: own.chain[0] ?? '',
    responder: spoilt.responder ?? responder,
    at: now,
    fault: spoilt.ocsp,
  });
  return { signature, ocspResponse: ocsp.toString('base64') };
}

const outcome = async (spoilt: Spoilt, at = now, by = verifier) => by.verify(await proof(spoilt), at);

describe('a proof', () => {
  it('tells what was signed, and by whom', async () => {
    const witness = await outcome({});
    expect(witness).toMatchObject({
      signed: expect.stringContaining(`<usrVisibleData charset="UTF-8" visible="wysiwys">${text}</usrVisibleData>`),
      certificate: { policies: [policies.mobile] },
    });
    expect(witness).toHaveProperty(
      'certificate.subject',
      expect.arrayContaining([{ type: '2.5.4.5', value: person.personalNumber }]),
    );
  });

  it('holds however the document is written, as long as its canonical form is the same', async () => {
    const edits: readonly ((document: string) => string)[] = [
      (document) => document.replace('<?xml version="1.0" encoding="UTF-8"?>', ''),
      (document) => document.replaceAll('></DigestMethod>', '/>').replace('visible="wysiwys"', " visible = 'wysiwys' "),
      (document) => document.replace('charset="UTF-8" visible="wysiwys"', 'visible="wysiwys" charset="UTF-8"'),
      (document) => document.replace('<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"', '<KeyInfo'),
      (document) => document.replace('<SignatureValue>', '<SignatureValue>\n  ').replace('Type=', '\n\tType='),
    ];
    for (const edit of edits) expect(await outcome({ edit })).toHaveProperty('signed');
  });
});

describe('a signature', () => {
  it.each<[string, string, Spoilt]>([
    ['over something that was changed', 'what it refers to was changed', { signature: 'changed' }],
    ['by another key', 'it was not made by the key of its certificate', { signature: 'wrong-key' }],
    ['with SHA-1', 'SignatureMethod is not the one', { signature: 'sha1' }],
    ['with certificates that were exchanged', 'what it refers to was changed', { signature: 'certificate-swapped' }],
    ['wrapped in something else', 'it refers to something else', { signature: 'wrapped' }],
    ['over one of two things with the same Id', 'Signature does not have exactly', { signature: 'twin' }],
    ['in a document with a document type', 'it has more in it than elements', { signature: 'doctype' }],
    [
      'over a text of which a byte was changed',
      'what it refers to was changed',
      { edit: (all) => all.replace(text, `X${text.slice(1)}`) },
    ],
    [
      'whose own hashes were changed',
      'what it refers to was changed',
      { edit: (all) => all.replace(/(<DigestValue>)../, '$1AA') },
    ],
    [
      'without its reference to the certificates',
      'SignedInfo does not have exactly',
      { edit: (all) => all.replace(/<Reference URI.*?<\/Reference>/, '') },
    ],
    [
      'with a third reference',
      'SignedInfo does not have exactly',
      { edit: (all) => all.replace(/<Reference URI.*?<\/Reference>/, '$&$&') },
    ],
    [
      'that refers to the whole document',
      'it refers to something else',
      { edit: (all) => all.replace('URI="#bidSignedData"', 'URI=""') },
    ],
    [
      'with another transform',
      'Transform is not the one',
      {
        edit: (all) =>
          all.replace(
            '<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315">',
            '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">',
          ),
      },
    ],
    [
      'with another element beside what was signed',
      'Object holds something else',
      { edit: (all) => all.replace('<Object>', '<Object><a xmlns=""></a>') },
    ],
    [
      'with a second Object',
      'Signature does not have exactly',
      { edit: (all) => all.replace('</Signature>', '<Object></Object></Signature>') },
    ],
    [
      'with the same Id once more, in a namespace',
      'it was not made by',
      { edit: (all) => all.replace('<Object>', '<Object xmlns:u="urn:u" u:Id="bidSignedData">') },
    ],
    ['below another root', 'it is not an XML signature', { edit: (all) => `<a>${all.replace(/^<\?.*?\?>/, '')}</a>` }],
    [
      'with a comment in its value',
      'it has more in it than elements',
      { edit: (all) => all.replace('<SignatureValue>', '<SignatureValue><!-- -->') },
    ],
    ['with CDATA', 'it has more in it than elements', { edit: (all) => all.replace(text, `<![CDATA[${text}]]>`) }],
    ['with a processing instruction', 'it has more in it than elements', { edit: (all) => `${all}<?php ?>` }],
    ['that is not XML', 'the document is not well-formed', { edit: () => 'rubbish' }],
    ['that is empty', 'it is not Base64', { edit: () => '' }],
    [
      'of another vocabulary',
      'it is not an XML signature',
      { edit: (all) => all.replaceAll('http://www.w3.org/2000/09/xmldsig#', 'urn:x') },
    ],
  ])('proves nothing %s', async (_, why, spoilt) => {
    const detail = expect.stringContaining(why);
    expect(await outcome(spoilt)).toMatchObject({ fault: 'signature-invalid', detail });
  });

  it('proves nothing in another encoding, or none', async () => {
    const { signature, ocspResponse } = await proof();
    const latin = Buffer.concat([Buffer.from(signature, 'base64'), Buffer.from([0xe5])]).toString('base64');
    for (const spoilt of [latin, `${signature}!`, ` ${signature}`, '']) {
      expect(verifier.verify({ signature: spoilt, ocspResponse }, now)).toMatchObject({ fault: 'signature-invalid' });
    }
  });

  it('is refused in words that repeat nothing of it', async () => {
    const { detail } = (await outcome({ signature: 'wrong-key' })) as { detail: string };
    expect(detail).toBe('it was not made by the key of its certificate');
  });
});

describe('a certificate', () => {
  it.each<[string, Spoilt]>([
    ['of authorities nobody knows, of the same names', { blemish: 'untrusted' }],
    ['that has expired', { blemish: 'expired' }],
  ])('is not trusted %s', async (_, spoilt) => {
    expect(await outcome(spoilt)).toMatchObject({ fault: 'certificate-untrusted' });
  });

  it('is not trusted once anything above it has expired, nor before it is valid', async () => {
    for (const at of [Date.UTC(2101, 0), Date.UTC(2019, 0)]) {
      expect(await outcome({}, at)).toMatchObject({ fault: 'certificate-untrusted' });
    }
  });

  it('is not trusted without its issuers', async () => {
    const own = { ...(await bank.credentialOf(person, policies.mobile)), chain: [] };
    const signature = Buffer.from(createSignature(given, own, strange)).toString('base64');
    const { ocspResponse } = await proof();
    expect(verifier.verify({ signature, ocspResponse }, now)).toMatchObject({ fault: 'certificate-untrusted' });
  });

  it('of somebody who may not issue any leads nowhere', async () => {
    const root = await createAuthority({ name: 'Root' });
    const own = await root.issue({ subject: 'CN=An authority', use: 'signing', algorithm: 'rsa' });
    const signature = Buffer.from(createSignature(given, { ...own, chain: [] }, strange)).toString('base64');
    const { ocspResponse } = await proof();
    const trusting = (pem: string) => createProofVerifier({ ...rules, roots: [new X509Certificate(pem)] });
    const trusted = trusting(root.certificatePem).verify({ signature, ocspResponse }, now);
    expect(trusted).toMatchObject({ fault: 'revocation-unclear' });
    expect(trusting(own.certificatePem).verify({ signature, ocspResponse }, now)).toMatchObject({
      fault: 'certificate-untrusted',
    });
  });
});

describe('an answer about revocation', () => {
  it.each<[string, string, () => Promise<Spoilt> | Spoilt]>([
    ['that it is revoked', 'the certificate is revoked or unknown', () => ({ ocsp: 'revoked' })],
    ['for another signature', 'its nonce does not belong', () => ({ ocsp: 'wrong-nonce' })],
    ['for no signature', 'its nonce does not belong', () => ({ ocsp: 'no-nonce' })],
    ['about another certificate', 'it is not about the certificate', () => ({ ocsp: 'other-certificate' })],
    ['of yesterday', 'it is too old', () => ({ ocsp: 'old' })],
    ['that says nothing', 'the responder did not answer', () => ({ ocsp: 'unsuccessful' })],
    ['signed by somebody else', 'its signature is not the responder', () => ({ ocsp: 'wrong-key' })],
    [
      'by a responder of another authority of the same name',
      'the responder may not answer',
      async () => ({ responder: await bank.responder(bank.strangers) }),
    ],
    [
      'by somebody who is no responder',
      'the responder may not answer',
      async () => ({ responder: await bank.customers.issue({ subject: 'CN=x', use: 'client' }) }),
    ],
    [
      'by a responder that has expired',
      'the responder may not answer',
      async () => ({
        responder: await bank.customers.issue({ subject: 'CN=x', use: 'ocsp', notAfter: new Date(now - dayMs) }),
      }),
    ],
  ])('is not enough %s', async (_, why, spoil) => {
    const detail = expect.stringContaining(why);
    expect(await outcome(await spoil())).toMatchObject({ fault: 'revocation-unclear', detail });
  });

  it('may come from the authority itself', async () => {
    const { certificatePem, keyPem } = bank.customers;
    expect(await outcome({ responder: { certificatePem, keyPem } })).toHaveProperty('signed');
  });

  it('is good for a while only, whatever the clocks', async () => {
    for (const late of [-120_000, 0, 600_000]) expect(await outcome({}, now + late)).toHaveProperty('signed');
    for (const late of [-122_000, 601_000])
      expect(await outcome({}, now + late)).toMatchObject({ fault: 'revocation-unclear' });
  });

  it('need not be for this signature when the settings say so', async () => {
    const lenient = createProofVerifier({ ...rules, boundToSignature: false });
    expect(await outcome({ ocsp: 'wrong-nonce' }, now, lenient)).toHaveProperty('signed');
    expect(await outcome({ ocsp: 'revoked' }, now, lenient)).toMatchObject({ fault: 'revocation-unclear' });
  });

  it('that cannot be read is none', async () => {
    const { signature } = await proof();
    for (const ocspResponse of ['', 'AAAA', 'MAMKAQA=', '%']) {
      expect(verifier.verify({ signature, ocspResponse }, now)).toMatchObject({ fault: 'revocation-unclear' });
    }
  });
});
