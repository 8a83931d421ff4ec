import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRaw, putBytes } from '../../support/raw.ts';
import { forAll, hostileServer, isRefusal, path, request, right, sized, usual, wrong } from './hostile-server.ts';

const { server, answersTo, expectRefusal, watch } = hostileServer();
const expectUnharmed = watch();

describe('what is between two requests', () => {
  const smuggled = `0\r\n\r\n${putBytes('otp_token_auth', right)}`;
  it.each([
    ['a length and chunks', [`content-length: ${smuggled.length}`, 'transfer-encoding: chunked']],
    ['chunks and a length', ['transfer-encoding: chunked', `content-length: ${smuggled.length}`]],
    ['a length and a coding that is none', ['content-length: 5', 'transfer-encoding: xchunked']],
    ['chunks, but not last', ['transfer-encoding: chunked, identity']],
    ['chunks twice and a length', ['transfer-encoding: chunked', 'transfer-encoding: identity', 'content-length: 5']],
    ['a blank before the colon', ['transfer-encoding : chunked', 'content-length: 5']],
    ['an odd blank', ['transfer-encoding:\x0bchunked', 'content-length: 5']],
    ['a header behind a line feed', ['x: y\ntransfer-encoding: chunked', 'content-length: 5']],
    ['two lengths', [`content-length: ${smuggled.length}`, 'content-length: 5']],
  ])('is never taken for a request: %s', async (_, lines) => {
    const answers = await answersTo(request([...usual, ...lines], smuggled));
    expect(answers.length).toBeLessThanOrEqual(1);
    expect(answers.every(isRefusal)).toBe(true);
  });

  it.each([
    ['a size that is none', 'zz\r\n'],
    ['a size with a sign', '-5\r\n{"a":\r\n'],
    ['a size in another notation', '0x5\r\n{"a":\r\n0\r\n\r\n'],
    ['a size beyond all bounds', 'fffffffffffffffff\r\n{"a":'],
    ['a chunk longer than it says', '2\r\n{"a":""}\r\n0\r\n\r\n'],
    ['a remark without end', `5;${'x'.repeat(100_000)}\r\n`],
    ['line feeds only', `${wrong.length.toString(16)}\n${wrong}\n0\n\n`],
    ['trailers without end', `0\r\n${'x: y\r\n'.repeat(20_000)}\r\n`],
  ])('breaks off a body in chunks: %s', async (_, body) => {
    await expectRefusal(request([...usual, 'transfer-encoding: chunked'], body));
  });

  it('is refused when a body is longer than was said', async () => {
    const answers = await answersTo(`${request(sized)}${'x'.repeat(100)}`, 2);
    expect(answers.every(isRefusal)).toBe(true);
    expect(answers.at(-1)).toMatchObject({ status: 400 });
  });

  it('is broken off when a body is shorter than was said', async () => {
    await expectRefusal(request([...usual, `content-length: ${wrong.length + 10}`]));
  });

  it('does not confuse requests that come all at once', async () => {
    const answers = await answersTo(
      [wrong, '[]', wrong, '{}'].map((body) => putBytes('otp_token_auth', body).toString()).join(''),
      4,
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 400, 403, 400]);
  });
});

describe('what is not a request', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['the beginning of TLS', Buffer.from('16030100f1010000ed0303', 'hex')],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['noughts', Buffer.alloc(10_000)],
    ['empty lines', '\r\n'.repeat(10_000)],
    ['a request of 1991', `GET ${path}\r\n`],
  ])('is broken off: %s', (_, bytes) => expectRefusal(bytes));

  it('is broken off, whatever bytes it is', async () => {
    await forAll(fc.uint8Array({ maxLength: 500 }), expectRefusal);
  });
});

describe('what is old or rare but right', () => {
  it('is answered: a client that waits to be told to go on', async () => {
    const answers = await answersTo(request([...sized, 'expect: 100-continue']), 2);
    expect(answers.map(({ status }) => status)).toEqual([100, 403]);
  });

  it('is answered: a client that speaks HTTP/1.0', async () => {
    const answers = await answersTo(request(sized, wrong, `PUT ${path} HTTP/1.0`), 1);
    expect(answers.map(({ status }) => status)).toEqual([403]);
  });
});

it('does not gather answers for a client that reads none', async () => {
  const connection = await openRaw(server().url);
  connection.socket.pause();
  connection.send(putBytes('otp_token_auth', wrong).toString().repeat(500));
  expect((await answersTo(request(sized), 1)).map(({ status }) => status)).toEqual([403]);
  connection.close();
});

expectUnharmed();
