import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ApprovalDevice, newNonce, textFrom } from '../support/approval-device.ts';
import { createAuthenticator } from '../support/passkey-authenticator.ts';
import { startPushServer } from '../support/push-server.ts';

const url = 'https://login.example.org';
const operations = {
  onetouch_start_auth: { summary: 'With a passkey.', steps: [{ step: 'push/start', passkey: true }] },
};
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

async function scene() {
  const server = await startPushServer({ operations, push: { url, passkeys: true } });
  const device = await server.enrol();
  const authenticator = createAuthenticator(url);
  const register = (says: object = {}, nonce = newNonce()) => {
    const challenge = hash(textFrom('passkey', { device: device.id, nonce }));
    return device.ask('passkey', { credential: authenticator.create({ challenge, ...says }) }, { nonce });
  };
  const open = async () => {
    const { assignmentid } = await server.start();
    return { assignmentid, shown: await device.open() };
  };
  return { ...server, device, authenticator, register, open };
}

const challengeOf = (device: ApprovalDevice, shown: Record<string, unknown>) => hash(device.textOf(shown, 'approve'));

describe('a passkey', () => {
  it('is made at enrolment, once, and approves with the person verified', async () => {
    const { device, register, open, authenticator, statusOf } = await scene();
    expect((await register()).body).toMatchObject({ passkey: 'registered' });
    expect((await register()).body).toMatchObject({ code: 'passkey-refused' });
    const { assignmentid, shown } = await open();
    expect(shown).toMatchObject({ passkey: true });
    const credential = authenticator.get({ challenge: challengeOf(device, shown) });
    expect((await device.answer(shown, 'approve', { body: { credential } })).body).toEqual({ outcome: 'approved' });
    expect(await statusOf(assignmentid)).toBe('CONFIRMED');
  });

  it('is demanded, whatever the device says it can do', async () => {
    const { device, register, open, statusOf } = await scene();
    const { shown } = await open();
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'passkey-required' });
    await register();
    const { assignmentid, shown: again } = await open();
    expect((await device.answer(again, 'approve')).body).toMatchObject({ code: 'passkey-required' });
    expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
  });

  it('is not needed for saying no', async () => {
    const { device, open } = await scene();
    const { shown } = await open();
    expect((await device.answer(shown, 'reject')).body).toEqual({ outcome: 'rejected' });
  });

  it('used for another answer, by another person’s authenticator, elsewhere or unverified proves nothing', async () => {
    const { device, register, open, authenticator, statusOf } = await scene();
    await register();
    const { assignmentid, shown } = await open();
    const challenge = challengeOf(device, shown);
    const credentials = [
      authenticator.get({ challenge: challengeOf(device, { ...shown, message: 'Pay' }) }),
      createAuthenticator(url).get({ challenge }),
      authenticator.get({ challenge, origin: 'https://evil.example' }),
      authenticator.get({ challenge, isVerified: false }),
      'nonsense',
    ];
    for (const credential of credentials) {
      const { status, body } = await device.answer(shown, 'approve', { body: { credential } });
      expect([status, body['code']]).toEqual([403, 'passkey-refused']);
    }
    expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
  });

  it('for another challenge, or unverified, is not made', async () => {
    const { register } = await scene();
    expect((await register({ challenge: hash('other') })).body).toMatchObject({ code: 'passkey-refused' });
    expect((await register({ isVerified: false })).body).toMatchObject({ code: 'passkey-refused' });
  });

  it('is not made later than ten minutes after the enrolment', async () => {
    const { device, register, pass } = await scene();
    pass(600);
    expect((await device.ask('state')).body).toMatchObject({ passkey: 'none' });
    expect((await register()).body).toMatchObject({ code: 'passkey-refused' });
  });
});
