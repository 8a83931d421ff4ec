import { expect, it } from 'vitest';
import { callersOf, refusal, remote, request } from './fixture-callers.ts';

const proxies = { addresses: ['127.0.0.1', '10.0.0.1'], verifyHeader: 'SSL_CLIENT_VERIFY' };
const open = callersOf([{ open: true }]);
const behindProxy = callersOf([{ open: true }], { listen: { proxies } });

it('lets programs of this machine in', async () => {
  for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080']) {
    expect(await open.prove(request({ host }))).toBe('open');
  }
  expect(await open.prove(request({}, '::1'))).toBe('open');
  expect(await open.prove(request({}, '::ffff:127.0.0.1'))).toBe('open');
});

it('lets nobody else in', async () => {
  await expect(open.prove(remote())).rejects.toMatchObject(refusal('unauthenticated'));
  await expect(open.prove(remote({ host: 'localhost' }))).rejects.toMatchObject(refusal('unauthenticated'));
  await expect(open.prove(request({}, ''))).rejects.toMatchObject(refusal('unauthenticated'));
});

it('lets everybody in where the settings say so', async () => {
  expect(await callersOf([{ open: true }], { listen: { allowOpenTenants: true } }).prove(remote())).toBe('open');
});

it('stays closed to a web page whose name points to this machine', async () => {
  for (const host of [
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost@evil',
    '',
    '127.0.0.1:8080 ',
  ]) {
    await expect(open.prove(request({ host }))).rejects.toMatchObject(refusal('unauthenticated'));
  }
  await expect(open.prove({ headers: {}, peer: '127.0.0.1' })).rejects.toMatchObject(refusal('unauthenticated'));
});

it('stays closed to a proxy on this machine that nobody configured', async () => {
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
    await expect(open.prove(request({ [name]: '127.0.0.1' }))).rejects.toMatchObject(refusal('unauthenticated'));
  }
});

it('looks behind a configured proxy', async () => {
  expect(await behindProxy.prove(request({ 'x-forwarded-for': '127.0.0.1', via: '1.1 front' }))).toBe('open');
  expect(await behindProxy.prove(request({ 'x-forwarded-for': '::1' }, '10.0.0.1'))).toBe('open');
  for (const forwarded of ['192.0.2.1', '127.0.0.1, 192.0.2.1', '127.0.0.1, unknown', 'unknown, 127.0.0.1', '']) {
    await expect(behindProxy.prove(request({ 'x-forwarded-for': forwarded }))).rejects.toMatchObject(
      refusal('unauthenticated'),
    );
  }
});

it('stays closed to a configured proxy that does not say for whom it asks', async () => {
  await expect(behindProxy.prove(request())).rejects.toMatchObject(refusal('unauthenticated'));
  await expect(behindProxy.prove(request({ 'x-real-ip': '127.0.0.1' }))).rejects.toMatchObject(
    refusal('unauthenticated'),
  );
});
