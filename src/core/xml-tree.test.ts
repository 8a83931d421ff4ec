import { expect, it } from 'vitest';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml-tree.ts';

function root(text: string): XmlElement {
  const tree = parseXml(text);
  if ('message' in tree) throw new Error(tree.message);
  return tree;
}

it('resolves namespaces, entities and character data, and knows its lines', () => {
  const tree = root('<a:one xmlns:a="urn:a"\n x="1" a:x="2">\n<two\n>t&amp;&#65;<![CDATA[<z>]]></two></a:one>');
  expect(tree).toMatchObject({ space: 'urn:a', name: 'one', attributes: { x: '1' }, line: 1 });
  expect(tree.children).toMatchObject([{ space: '', name: 'two', text: 't&A<z>', line: 3 }]);
});

it('tells elements of one name and different namespaces apart', () => {
  const tree = root('<r xmlns:a="urn:a"><x/><a:x/><x/></r>');
  expect(childrenOf(tree, '', 'x')).toHaveLength(2);
  expect(childOf(tree, 'urn:a', 'x')).toMatchObject({ space: 'urn:a' });
  expect(() => childOf(tree, '', 'x')).toThrow('there are several x elements');
});

const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${'bcdefghij'.replace(/./g, (name) => `<!ENTITY ${name} "${`&${String.fromCharCode(name.charCodeAt(0) - 1)};`.repeat(10)}">`)}]>`;

it.each([
  ['a document type', '<!DOCTYPE a><a/>'],
  ['entities that grow', `${laughs}<l>&j;</l>`],
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ['an external document type', '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>'],
])('refuses %s', (_, text) => {
  expect(parseXml(text)).toMatchObject({ message: 'the document has a DOCTYPE, which is not accepted' });
});

it.each([
  ['an unknown entity', '<a>&constructor;</a>', 'undefined entity'],
  ['an entity declaration outside a document type', '<!ENTITY x "y"><a/>', 'incorrect syntax'],
  ['an open element', '<a>', 'unclosed tag'],
  ['elements that cross', '<a><b></a></b>', 'unexpected close tag'],
  ['a prefix that nobody bound', '<GEZDGNBV:a/>', 'unbound namespace prefix'],
  ['an attribute twice', '<a x="1" x="2"/>', 'duplicate attribute'],
  ['text alone', 'GEZDGNBV', ''],
])('refuses %s, without words from the document', (_, text, reason) => {
  expect(parseXml(text)).toEqual({
    line: 1,
    message: expect.stringMatching(new RegExp(`^the document is not well-formed XML: ${reason}`)),
  });
  expect(parseXml(text)).not.toMatchObject({ message: expect.stringMatching(/GEZD/) });
});

it('tells the line where reading ended', () => {
  expect(parseXml('<a>\n\n<b></a>')).toMatchObject({ line: 3 });
});

it.each([
  ['deep nesting', '<a>'.repeat(3_400_000), 'elements lie more than'],
  ['very many elements', `<r>${'<a/>'.repeat(2_500_000)}</r>`, 'there are more than'],
  ['very many attributes', `<r ${Array.from({ length: 900_000 }, (_, n) => `a${n}="1"`).join(' ')}/>`, 'attributes'],
])('stops soon at ten million characters of %s', (_, text, message) => {
  // Were it to take the square of the length, the test would run out of time.
  expect(parseXml(text)).toMatchObject({ message: expect.stringContaining(message) });
});
