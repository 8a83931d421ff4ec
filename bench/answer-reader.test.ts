import { expect, it } from 'vitest';
import { createAnswerReader } from './answer-reader.ts';

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const chunked = 'HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n';

it.each([
  ['a length', plain, { status: 200, body: 'hello' }],
  ['chunks', chunked, { status: 201, body: 'hello, world' }],
])('puts an answer with %s together from any pieces', (_, text, expected) => {
  for (const size of [1, 3, 1000]) {
    const read = createAnswerReader();
    const answers = (text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).map((piece) => read(Buffer.from(piece)));
    expect(answers.at(-1)).toMatchObject(expected);
    expect(answers.slice(0, -1).every((answer) => answer === undefined)).toBe(true);
  }
});

it('reads one answer after the other', () => {
  const read = createAnswerReader();
  expect(read(Buffer.from(plain))?.body).toBe('hello');
  expect(read(Buffer.from(chunked))?.body).toBe('hello, world');
});

it.each([
  ['more than was asked for', `${plain}HTTP`],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\nhello'],
  ['chunks without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n'],
])('refuses an answer with %s', (_, text) => {
  expect(() => createAnswerReader()(Buffer.from(text))).toThrow(/^an answer/);
});
