import fc from 'fast-check';
import { describe, it } from 'vitest';
import { forAll, hostileServer, path, request, right, sized, usual, wrong } from './hostile-server.ts';

const { expectRefusal, watch } = hostileServer();
const expectUnharmed = watch();

describe('a head', () => {
  it('with headers of any bytes is refused or broken off', async () => {
    const bytes = fc.uint8Array({ maxLength: 30 }).map((value) => Buffer.from(value).toString('latin1'));
    const name = fc.oneof(
      bytes,
      fc.constantFrom('tenant', 'Tenant', 'content-type', 'content-length', 'transfer-encoding', 'authorization'),
      fc.constantFrom('traceparent', 'x-forwarded-for', 'connection', 'expect', 'upgrade', 'accept-version', 'host'),
    );
    const header = fc.tuple(name, fc.constantFrom(':', ': ', ' :', ''), bytes).map((parts) => parts.join(''));
    const heads = fc.tuple(fc.array(header, { minLength: 1, maxLength: 4 }), fc.boolean());
    await forAll(heads, ([lines, before]) =>
      expectRefusal(request(before ? [...lines, ...sized] : [...sized, ...lines])),
    );
  });

  it('with any path is refused', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '..',
        '.',
        '%2f',
        '%2e%2e',
        '%00',
        '%',
        '%zz',
        '%c0%af',
        '\\',
        '?',
        '#',
        ';',
        ':',
        '@',
      ),
      fc.constantFrom('api', 'authentication', 'otp_token_auth', 'docs', 'static', 'demo', '__proto__', 'constructor'),
      fc.uint8Array({ maxLength: 4 }).map((value) => Buffer.from(value).toString('latin1')),
    );
    const target = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`);
    await forAll(target, (where) => expectRefusal(request(sized, wrong, `PUT ${where} HTTP/1.1`)));
  });

  const withLines = (...lines: string[]) => request([...sized, ...lines]);
  it.each([
    ['a second tenant', withLines('tenant: ot')],
    ['a tenant of other bytes', request(['host: 127.0.0.1', 'tenant: t\xe9\xff', ...sized.slice(2)])],
    ['a tenant with a nought byte', withLines('tenant: t1\0')],
    ['a blank before the colon', request(['host: 127.0.0.1', 'tenant : t1', ...sized.slice(2)])],
    ['a header folded over two lines', withLines('tenant:', ' t1')],
    ['a header without a name', withLines(': t1')],
    ['a header without a colon', withLines('tenant')],
    ['a lone carriage return', withLines('x: a\rtenant: ot')],
    ['a lone line feed', withLines('x: a\ntenant: ot')],
    ['headers with underscores', withLines('ssl_client_cert: x', 'ssl_client_verify: SUCCESS', 'x_forwarded_for: ::1')],
    ['a header of one hundred kilobytes', withLines(`x: ${'y'.repeat(100_000)}`)],
    ['five thousand headers', withLines(...Array.from({ length: 5000 }, (_, at) => `x${at}: `))],
    ['credentials that are long', withLines(`authorization: Basic ${'A'.repeat(12_000)}`)],
    ['no host', request(sized.slice(1))],
    ['two hosts', withLines('host: example.org')],
    ['a method that is not one', request(sized, wrong, `PUTT ${path} HTTP/1.1`)],
    ['a method in small letters', request(sized, wrong, `put ${path} HTTP/1.1`)],
    ['a rare method', request(sized, wrong, `PROPFIND ${path} HTTP/1.1`)],
    ['TRACE', request(usual, '', `TRACE ${path} HTTP/1.1`)],
    ['CONNECT', request(usual, '', 'CONNECT 127.0.0.1:22 HTTP/1.1')],
    [
      'another method that says it is PUT',
      request([...sized, 'x-http-method-override: PUT'], right, `POST ${path} HTTP/1.1`),
    ],
    ['an asterisk', request(usual, '', 'OPTIONS * HTTP/1.1')],
    ['the address of another server', request(sized, wrong, `PUT http://example.org${path} HTTP/1.1`)],
    ['a path of one hundred kilobytes', request(sized, wrong, `PUT ${path}${'/x'.repeat(50_000)} HTTP/1.1`)],
    ['a path of ten kilobytes', request(sized, wrong, `PUT ${path}${'x'.repeat(10_000)} HTTP/1.1`)],
    ['a slash in disguise', request(sized, wrong, 'PUT /api/authentication%2fotp_token_auth HTTP/1.1')],
    ['a way up', request(sized, wrong, 'PUT /api/authentication/../authentication/otp_token_auth HTTP/1.1')],
    ['a nought byte in the path', request(sized, wrong, `PUT ${path}\0 HTTP/1.1`)],
    ['no path', request(sized, wrong, 'PUT  HTTP/1.1')],
    ['another version', request(sized, wrong, `PUT ${path} HTTP/3.0`)],
    ['no version', request(sized, wrong, `PUT ${path}`)],
    ['a change to HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    [
      'a change to another protocol',
      withLines('connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABk'),
    ],
    ['a wish that nobody can grant', withLines('expect: the-impossible')],
    ['a version of the API', withLines('accept-version: 2.x || 1 =')],
    ['headers that are to be taken away', withLines('connection: close, tenant, content-length')],
  ])('is refused or broken off: %s', (_, bytes) => expectRefusal(bytes));

  it.each(['-1', '+5', '5, 5', '5, 6', '0x5', '1e1', '99999999999999999999', '5 5', '٥'])(
    'is refused with a length that is none: %s',
    async (length) => {
      await expectRefusal(request([...usual, `content-length: ${Buffer.from(length).toString('latin1')}`]));
    },
  );

  it('shows no file that is not to be shown', async () => {
    const ways = [
      '../../package.json',
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/package.json',
      '..\\..\\package.json',
      '%00',
      '/etc/passwd',
    ];
    for (const way of ways) {
      for (const root of ['/', '/docs/', '/docs/static/', '/demo/', '/openapi.json/']) {
        await expectRefusal(request(['host: 127.0.0.1'], '', `GET ${root}${way} HTTP/1.1`));
      }
    }
  });
});

expectUnharmed();
