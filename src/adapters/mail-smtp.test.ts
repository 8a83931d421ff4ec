import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { gatewaySchema, type MailServerSettings, type SettingsOf } from '../core/gateway-settings.ts';
import { startSmtpSimulator } from '../methods/otp-sms/simulator/smtp.ts';
import { createMailServer } from './mail-smtp.ts';
import { createMailGateway } from './sms-mail.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const account = { username: 'portvakt', password: 'right' };
const timeouts = { connectTimeoutMs: 1000, timeoutMs: 2000 };
const mail = { to: 'wg@example.se', subject: 'Din kod för Åland', text: 'Din kod är 123456', reference: '0011', at: 0 };

async function serverFor(given?: typeof account, more: Partial<MailServerSettings> = {}) {
  const far = await startSmtpSimulator(given);
  closing.push(() => far.close());
  const near = {
    host: '127.0.0.1',
    port: far.port,
    security: 'none',
    from: 'no-reply@example.se',
    ...given,
    ...more,
  } as MailServerSettings;
  return { far, near, server: createMailServer(near, timeouts) };
}

it('hands over a mail byte for byte', async () => {
  const { far, server } = await serverFor(account);
  expect(await server.send(mail)).toEqual({ outcome: 'accepted', ids: [] });
  expect(far.mails[0]).toMatchObject({ from: 'no-reply@example.se', to: ['wg@example.se'] });
  expect(far.mails[0]?.bytes.toString('latin1').split('\r\n')).toEqual([
    'From: no-reply@example.se',
    'To: wg@example.se',
    `Subject: =?UTF-8?B?${Buffer.from(mail.subject).toString('base64')}?=`,
    'Message-ID: <0011@example.se>',
    'Date: Thu, 01 Jan 1970 00:00:00 +0000',
    'Content-Transfer-Encoding: base64',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    Buffer.from(mail.text).toString('base64'),
    '',
  ]);
});

it('carries a long Swedish text whole, with lines that begin with a dot', async () => {
  const { far, server } = await serverFor();
  const text = `.\n${'Räksmörgås på Åland är ändå över förväntan €. '.repeat(20)}\n..\nSlut.`;
  await server.send({ ...mail, text });
  const body = far.mails[0]?.bytes.toString('latin1').split('\r\n\r\n')[1] ?? '';
  expect(Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n')).toBe(text);
});

it('tells refusals apart, and says nothing of what it did not understand', async () => {
  const { far, server } = await serverFor(account);
  far.fail(
    { at: 'recipient', reply: 550 },
    { at: 'recipient', reply: 450 },
    { at: 'text', reply: 554 },
    { at: 'text', reply: 452 },
  );
  expect(await server.send(mail)).toEqual({ outcome: 'refused', reason: 'invalid-recipient', code: '550' });
  expect(await server.send(mail)).toEqual({ outcome: 'refused', reason: 'unavailable', code: '450' });
  expect(await server.send(mail)).toEqual({ outcome: 'refused', reason: 'content', code: '554' });
  expect(await server.send(mail)).toEqual({ outcome: 'refused', reason: 'unavailable', code: '452' });
  const { server: stranger } = await serverFor(account, { password: 'wrong' });
  expect(await stranger.send(mail)).toEqual({ outcome: 'refused', reason: 'auth', code: '535' });
});

it('does not know what becomes of a mail whose text is not answered', async () => {
  const { far, server } = await serverFor();
  far.fail('hang');
  expect(await server.send(mail)).toEqual({ outcome: 'unknown', code: 'ETIMEDOUT' });
  expect(far.mails).toHaveLength(1);
});

it('is not reached when nobody is there, nobody greets, or STARTTLS is missing', async () => {
  const { far, near, server } = await serverFor();
  expect(await createMailServer({ ...near, security: 'starttls' }, timeouts).send(mail)).toMatchObject({
    outcome: /refused|not-reached/ as never,
  });
  await far.close();
  closing.length = 0;
  expect(await server.send(mail)).toMatchObject({ outcome: 'not-reached' });
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  closing.push(() => silent.close());
  const { port } = silent.address() as { port: number };
  expect(await createMailServer({ ...near, port }, timeouts).send(mail)).toMatchObject({ outcome: 'not-reached' });
});

it('refuses an address or subject that would begin a header of its own', async () => {
  const { far, server } = await serverFor();
  for (const broken of [{ subject: 'a\r\nBcc: x@example.se' }, { to: 'a@example.se\nBcc: x@example.se' }]) {
    expect(await server.send({ ...mail, ...broken })).toEqual({ outcome: 'refused', reason: 'content' });
  }
  expect(far.mails).toHaveLength(0);
});

it('sends a text message as mail to the number', async () => {
  const { far, near } = await serverFor(account);
  const settings = gatewaySchema.parse({ mail: { ...near, to: '{to00}@sms.example.se', subject: 'Kod' } }) as {
    mail: SettingsOf<'mail'>;
  };
  const gateway = createMailGateway('mail', settings.mail, { connectTimeoutMs: 1000, clock: { now: () => 0 } });
  await gateway.send({ to: '+46701740605', text: 'Din kod är 123456', reference: '0011' });
  expect(far.mails[0]?.to).toEqual(['0046701740605@sms.example.se']);
  expect(far.mails[0]?.bytes.toString()).toContain('Subject: Kod\r\n');
});
