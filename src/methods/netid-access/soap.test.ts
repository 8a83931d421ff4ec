import { describe, expect, it } from 'vitest';
import { parseXml } from '../../core/xml-tree.ts';
import { niasSpace, readCollected, readOrderRef, request, resultOf } from './messages.ts';
import { envelope, headersFor, isXmlText, readAnswer } from './soap.ts';

const spaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};
const started = `<AuthenticateResponse xmlns="${niasSpace}"><AuthenticateResult>ref-1</AuthenticateResult></AuthenticateResponse>`;

function inSoap(content: string, version: keyof typeof spaces = '1.1') {
  return `<soap:Envelope xmlns:soap="${spaces[version]}"><soap:Body>${content}</soap:Body></soap:Envelope>`;
}

function read(body: string, { status = 200, type = 'text/xml; charset=utf-8' } = {}) {
  return readAnswer({ status, type, body });
}

function orderIn(body: string): string | undefined {
  const answer = read(body);
  const result = 'content' in answer ? resultOf('Authenticate', answer.content) : undefined;
  return result === undefined ? undefined : readOrderRef(result);
}

function collectedIn(inner: string) {
  const answer = read(
    inSoap(`<CollectResponse xmlns="${niasSpace}"><CollectResult>${inner}</CollectResult></CollectResponse>`),
  );
  const result = 'content' in answer ? resultOf('Collect', answer.content) : undefined;
  return result === undefined ? undefined : readCollected(result);
}

describe('a call', () => {
  it('is what a client makes of the service description', () => {
    // Captured from a client generated from the vendor's WSDL.
    expect(envelope('1.1', request('Authenticate', { personalNumber: '199001012385', options: undefined }))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><Authenticate xmlns="http://netid.secmaker.com/nias/"><personalNumber>199001012385</personalNumber></Authenticate></soap:Body></soap:Envelope>',
    );
    expect(request('Authenticate', { personalNumber: '' })).toContain('<personalNumber></personalNumber>');
  });

  it('says what it is as each version of SOAP wants it', () => {
    const action = 'http://netid.secmaker.com/nias/Collect';
    expect(headersFor('1.1', action)).toEqual({ 'content-type': 'text/xml; charset=utf-8', soapaction: `"${action}"` });
    expect(headersFor('1.2', action)).toEqual({
      'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
    });
  });

  it('carries any text unchanged, and nothing but text', () => {
    const text = ']]></personalNumber><options>&lt;\r\n\t"å\u{1F511}';
    const tree = parseXml(request('Authenticate', { personalNumber: text }));
    expect(tree).toMatchObject({ children: [{ name: 'personalNumber', text, children: [] }] });
  });

  it('knows which text XML has no room for', () => {
    expect([isXmlText('å\t\u{10FFFF}'), isXmlText('\0'), isXmlText('\u001f'), isXmlText('\uFFFE')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(isXmlText('\uD800')).toBe(false);
  });
});

describe('an answer', () => {
  it.each([
    ['with the prefixes of the example', inSoap(started)],
    ['in SOAP 1.2', inSoap(started, '1.2')],
    ['with a declaration and a byte order mark', `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${inSoap(started)}`],
    ['with other prefixes', inSoap(started.replaceAll(/(<\/?)A/g, '$1n:A').replace('xmlns', 'xmlns:n'))],
    ['with space between elements', inSoap(started).replaceAll('><', '>\n  <')],
    ['with a header', inSoap(started).replace('<soap:Body>', '<soap:Header><x/></soap:Header><soap:Body>')],
  ])('is read %s', (_, body) => {
    expect(orderIn(body)).toBe('ref-1');
  });

  it.each([
    ['another namespace', inSoap(started.replace('nias', 'nias2'))],
    ['no namespace', inSoap(started.replace(` xmlns="${niasSpace}"`, ''))],
    ['another operation', inSoap(started.replaceAll('Authenticate', 'Sign'))],
    ['two results', inSoap(started.replace(/(<AuthenticateResult>.*?<\/AuthenticateResult>)/, '$1$1'))],
    ['two elements in its body', inSoap(started + started)],
    ['two bodies', inSoap(started).replace(/(<soap:Body>.*<\/soap:Body>)/, '$1$1')],
    ['an empty body', inSoap('')],
    ['an unknown envelope', inSoap(started).replace('schemas.xmlsoap.org', 'example.org')],
    ['no reference', inSoap(started.replace('ref-1', '  '))],
    ['elements where the reference belongs', inSoap(started.replace('ref-1', '<a>ref-1</a>'))],
    ['a reference beyond all measure', inSoap(started.replace('ref-1', 'x'.repeat(1001)))],
  ])('is none with %s', (_, body) => {
    expect(orderIn(body)).toBeUndefined();
  });

  it('says yes only with status 200 and as XML', () => {
    expect(read(inSoap(started), { status: 500 })).toMatchObject({ unusable: 'answered 500 without a fault' });
    expect(read(inSoap(started), { type: 'text/html' })).toMatchObject({ unusable: expect.anything() });
    expect(read(inSoap(started), { type: '' })).toMatchObject({ unusable: expect.anything() });
  });

  it.each([
    [
      'of SOAP 1.1',
      '1.1',
      '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>RETRY</faultstring><detail/></soap:Fault>',
    ],
    [
      'of SOAP 1.2',
      '1.2',
      '<soap:Fault><soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">RETRY</soap:Text></soap:Reason><soap:Detail/></soap:Fault>',
    ],
  ] as const)('is a fault %s, whatever the status', (_, version, fault) => {
    for (const status of [200, 400, 500]) expect(read(inSoap(fault, version), { status })).toEqual({ fault: 'RETRY' });
  });

  it('is a fault without a word when the fault has none', () => {
    expect(read(inSoap('<soap:Fault/>'))).toEqual({ fault: '' });
  });
});

describe('hostile XML', () => {
  const grown = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
  it.each([
    ['a document type', `<!DOCTYPE a>${inSoap(started)}`],
    ['entities that grow', `<!DOCTYPE a [<!ENTITY e0 "ha">${grown}]>${inSoap(started.replace('ref-1', '&e9;'))}`],
    [
      'a file from outside',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>${inSoap(started.replace('ref-1', '&x;'))}`,
    ],
    ['a parameter entity', `<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>${inSoap(started)}`],
    ['an entity nobody declared', inSoap(started.replace('ref-1', '&ref;'))],
    ['deep nesting', inSoap('<a>'.repeat(100_000))],
    ['an open end', inSoap(started).slice(0, -9)],
    ['something after its end', `${inSoap(started)}<a/>`],
    ['a prefix nobody bound', inSoap('<x:AuthenticateResponse/>')],
    ['another encoding', Buffer.from(inSoap(started), 'utf16le').toString('utf8')],
    ['JSON', '{"AuthenticateResult":"ref-1"}'],
    ['nothing', ''],
  ])('is no answer: %s', (_, body) => {
    expect(read(body)).toEqual({ unusable: expect.stringMatching(/^answered 200/) });
  });

  it('leaves no word of the document in what is told of it', () => {
    expect(JSON.stringify(read('<secret:a/>'))).not.toContain('secret');
  });
});

describe('a result of Collect', () => {
  it('is read with all there is in it', () => {
    const inner =
      '<progressStatus> COMPLETE\n</progressStatus><requestedUserId>a</requestedUserId><signature>AQ==</signature><userInfo><name>b</name><surname>c</surname><thumbprint>d</thumbprint></userInfo><validatorResponse>e</validatorResponse><deviceInfo><address>192.0.2.1</address></deviceInfo>';
    expect(collectedIn(inner)).toEqual({
      progressStatus: 'COMPLETE',
      requestedUserId: 'a',
      signature: 'AQ==',
      userInfo: { name: 'b', surname: 'c' },
      deviceInfo: { address: '192.0.2.1' },
    });
  });

  it('takes an empty element, one that is nil and one that is absent for the same', () => {
    const nothing = { userInfo: {}, deviceInfo: {} };
    expect(collectedIn('')).toEqual(nothing);
    expect(collectedIn('<progressStatus/><userInfo/>')).toEqual(nothing);
    const nil = '<progressStatus xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>';
    expect(collectedIn(nil)).toEqual(nothing);
  });

  it.each([
    ['a status twice', '<progressStatus>PENDING</progressStatus><progressStatus>COMPLETE</progressStatus>'],
    ['two people', '<userInfo><name>a</name></userInfo><userInfo><name>b</name></userInfo>'],
    [
      'a person with two numbers',
      '<userInfo><personalNumber>a</personalNumber><personalNumber>b</personalNumber></userInfo>',
    ],
    ['elements in its status', '<progressStatus>COMP<b/>LETE</progressStatus>'],
  ])('is none with %s', (_, inner) => {
    expect(collectedIn(inner)).toBeUndefined();
  });

  it('does not take elements of another namespace for its own', () => {
    expect(collectedIn('<progressStatus xmlns="urn:other">COMPLETE</progressStatus>')).toEqual({
      userInfo: {},
      deviceInfo: {},
    });
  });
});
