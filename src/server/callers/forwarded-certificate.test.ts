import { expect, it } from 'vitest';
import { toFacts } from './certificate-facts.ts';
import { callersOf, noon, refusal, request } from './fixture-callers.ts';
import { certificate } from './fixture-certificates.ts';

const proxies = { addresses: ['10.0.0.1'], certificateHeader: 'SSL_CLIENT_CERT', verifyHeader: 'SSL_CLIENT_VERIFY' };
const settings = [{ certificate: { commonName: 'portal' } }] as const;
const { pem, der, x509 } = await certificate();

function behindProxy() {
  return callersOf(settings, { listen: { proxies } });
}

function forwarded(cert: string | string[], verify: string | string[] = 'SUCCESS', peer = '10.0.0.1') {
  return request({ ssl_client_cert: cert, ssl_client_verify: verify }, peer);
}

it('reads the header as each proxy writes it', async () => {
  const lines = pem.trim().split('\n');
  const base64 = der.toString('base64');
  const written = [
    lines.join('\t'),
    lines.join(' '),
    lines.join('\n\t'),
    encodeURIComponent(pem),
    encodeURIComponent(pem).replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '='),
    base64,
    `:${base64}:`,
  ];
  for (const header of written) expect(await behindProxy().prove(forwarded(header))).toBe('certificate:portal');
});

it('believes the header of nobody who is no proxy', async () => {
  for (const peer of ['10.0.0.2', '127.0.0.1', '203.0.113.9', '']) {
    await expect(behindProxy().prove(forwarded(der.toString('base64'), 'SUCCESS', peer))).rejects.toMatchObject(
      refusal('unauthenticated'),
    );
  }
  await expect(callersOf(settings).prove(forwarded(der.toString('base64')))).rejects.toMatchObject(
    refusal('unauthenticated'),
  );
});

it('believes a proxy only when it says that it checked', async () => {
  for (const verify of [
    'NONE',
    'FAILED:unable to verify',
    'success',
    'SUCCESS, SUCCESS',
    'SUCCESSFUL',
    '',
    ['SUCCESS', 'NONE'],
  ]) {
    await expect(behindProxy().prove(forwarded(der.toString('base64'), verify))).rejects.toMatchObject(
      refusal('unauthenticated'),
    );
  }
  const silent = request({ ssl_client_cert: der.toString('base64') }, '10.0.0.1');
  await expect(behindProxy().prove(silent)).rejects.toMatchObject(refusal('unauthenticated'));
});

it('refuses what is not exactly one certificate, and logs each once', async () => {
  const one = der.toString('base64');
  const rubbish = [
    '',
    '(null)',
    'AAAA',
    `${one}, ${one}`,
    `${pem} ${pem}`,
    `${one.slice(0, -8)}`,
    '%E0%A4%A',
    `${one}%`,
  ];
  const { prove, logged } = behindProxy();
  for (const header of [...rubbish, ...rubbish, [one, one]]) {
    await expect(prove(forwarded(header))).rejects.toMatchObject(refusal('unauthenticated'));
  }
  expect(logged).toHaveLength(rubbish.length);
});

it('refuses a certificate outside its validity', async () => {
  const late = await certificate({ from: noon + 1000 });
  const { prove, pass } = behindProxy();
  await expect(prove(forwarded(late.pem))).rejects.toMatchObject(refusal('unauthenticated'));
  pass(1);
  expect(await prove(forwarded(late.pem))).toBe('certificate:portal');
  pass(86_400);
  await expect(prove(forwarded(late.pem))).rejects.toMatchObject(refusal('unauthenticated'));
});

it('does not take the proxy’s own certificate for the caller’s', async () => {
  const tlsPeer = toFacts(x509);
  await expect(behindProxy().prove({ ...request({}, '10.0.0.1'), tlsPeer })).rejects.toMatchObject(
    refusal('unauthenticated'),
  );
  expect(await behindProxy().prove({ ...request({}, '10.0.0.2'), tlsPeer })).toBe('certificate:portal');
});
