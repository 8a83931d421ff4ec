import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askRaw, putBytes, type RawAnswer } from '../../support/raw.ts';
import { forAll, hostileServer, request, right, usual, wrong } from './hostile-server.ts';

const { server, answersTo, expectOneRefusal, watch } = hostileServer();
const expectUnharmed = watch();

describe('a body', () => {
  const put = (body: string | Uint8Array, headers = {}) => putBytes('otp_token_auth', body, headers);
  const properties = (more: object) => JSON.stringify({ username: 'wgretzky', otp: '000000', ...more });

  it('of any JSON is refused', async () => {
    await forAll(fc.json({ maxDepth: 5 }), (json) => expectOneRefusal(put(json)));
  });

  it('of almost JSON is refused', async () => {
    const change = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 3 }),
      put: fc.string({ unit: 'binary', maxLength: 3 }),
    });
    const almost = fc.tuple(fc.json(), fc.array(change, { minLength: 1, maxLength: 3 })).map(([json, changes]) =>
      changes.reduce((text, { at, cut, put: piece }) => {
        const where = at % (text.length + 1);
        return text.slice(0, where) + piece + text.slice(where + cut);
      }, json),
    );
    await forAll(almost, (text) => expectOneRefusal(put(text)));
  });

  it('of strings of any kind is refused', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'default/alovelace', '../alovelace'),
      fc.constantFrom(
        'wgretzky\0',
        'ＷＧＲＥＴＺＫＹ',
        '*',
        '(uid=*)',
        "' or 1=1 --",
        '${user.id}',
        '\u202e',
        'İ',
        'ß'.repeat(500),
      ),
    );
    const digits = fc.constantFrom(
      '٧٥٥٢٢٤',
      '７５５２２４',
      '𝟕𝟓𝟓𝟐𝟐𝟒',
      '७५५२२४',
      '755224\0',
      '7️⃣5️⃣5️⃣2️⃣2️⃣4️⃣',
      '1e5',
      '-00000',
      'NaN',
    );
    const extra = fc.dictionary(odd, odd, { maxKeys: 3 });
    const bodies = fc.tuple(odd, fc.oneof(odd, digits), extra);
    await forAll(bodies, ([username, otp, more]) => expectOneRefusal(put(JSON.stringify({ ...more, username, otp }))));
  });

  it.each<[string, string | Uint8Array]>([
    ['digits of another script', properties({ otp: '٧٥٥٢٢٤' })],
    ['digits of full width', properties({ username: 'alovelace', otp: '７５５２２４' })],
    ['a prototype', '{"__proto__":{"username":"alovelace","otp":"755224"}}'],
    ['a prototype of text', '{"__proto__":"x","username":"wgretzky","otp":"000000"}'],
    ['a constructor', '{"constructor":{"prototype":{"otp":"755224"}},"username":"alovelace"}'],
    ['names that every object has', properties({ username: '__proto__', otp: 'constructor' })],
    ['a property twice', `{"username":"alovelace",${wrong.slice(1)}`],
    ['a property twice, once spelt otherwise', `{"\\u0075sername":"alovelace",${wrong.slice(1)}`],
    ['half a character', '{"username":"\\ud800","otp":"000000"}'],
    ['half a character as a name', '{"\\udc00":"","username":"wgretzky","otp":"000000"}'],
    ['a nought character', properties({ username: 'alovelace\0', otp: '755224\0' })],
    ['a nought byte', Buffer.from(`${wrong}\0`)],
    ['what is not UTF-8', Buffer.from('{"username":"\xff\xfe","otp":"000000"}', 'latin1')],
    ['UTF-8 longer than need be', Buffer.from('{"username":"\xc0\xaf","otp":"000000"}', 'latin1')],
    ['UTF-16', Buffer.from(wrong, 'utf16le')],
    ['a byte order mark', `\ufeff${wrong}`],
    ['lists in lists', '['.repeat(30_000)],
    ['objects in objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a great number', '{"username":1e999999,"otp":-0}'],
    ['many properties', JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`p${at}`, ''])))],
    ['many quotes', `"${'\\"'.repeat(30_000)}"`],
    ['as large a text as fits', properties({ username: 'x'.repeat(65_000) })],
    ['a text that shrinks and grows', properties({ username: 'ﷺ'.repeat(20_000) })],
    ['nothing but blanks', ' '.repeat(60_000)],
  ])('is refused: %s', (_, body) => expectOneRefusal(put(body)));

  it('of ten megabytes is not read to its end', async () => {
    const much = Buffer.alloc(10_000_000, ' ');
    const statuses = (answers: RawAnswer[]) => answers.map(({ status }) => status);
    // A client that writes on and on may find the connection reset before it reads the answer.
    expect([[413], []]).toContainEqual(statuses(await answersTo(put(much))));
    const head = request([...usual, 'transfer-encoding: chunked'], '');
    const chunk = `${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`;
    expect([[413], []]).toContainEqual(statuses(await answersTo(`${head}${chunk.repeat(100)}0\r\n\r\n`)));
  });

  it('that is said to be large is refused before it comes', async () => {
    const answer = await askRaw(server().url, request([...usual, 'content-length: 10000000'], ''));
    expect(answer).toMatchObject({ status: 413 });
  });

  it('that is compressed is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    await expectOneRefusal(put(gzipSync(right), { 'content-encoding': 'gzip' }));
    await expectOneRefusal(put(bomb, { 'content-encoding': 'gzip' }));
    await expectOneRefusal(put(right, { 'content-encoding': 'identity, br' }));
  });
});

expectUnharmed();
