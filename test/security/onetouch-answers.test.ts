import { describe, expect, it } from 'vitest';
import { newNonce, signed } from '../support/approval-device.ts';
import { startPushServer } from '../support/push-server.ts';

/** A server with a device that was shown a request. */
async function scene(more: object = {}) {
  const server = await startPushServer();
  const device = await server.enrol();
  const { assignmentid, number = '' } = await server.start({ message: 'Pay 99 kr', ...more });
  return { ...server, device, assignmentid, number, shown: await device.open() };
}

// Each was seen to fail without its check: isSigned, admitKey, useNonce, standingFor, `byUs` in close, or checkVersion.
describe('an answer', () => {
  it('sent a second time, byte by byte, is refused', async () => {
    const { device, shown, assignmentid } = await scene();
    const signature = signed(device.textOf(shown, 'approve'), device.key);
    const body = { assignment: assignmentid, decision: 'approve', signature };
    const nonce = newNonce();
    expect((await device.ask('answer', body, { nonce })).status).toBe(200);
    expect((await device.ask('answer', body, { nonce })).body).toMatchObject({ code: 'request-replayed' });
    expect((await device.ask('answer', body)).body).toMatchObject({ code: 'assignment-gone' });
  });

  it('to another request is refused, however much alike the two are', async () => {
    const { device, shown, start, statusOf } = await scene();
    const { assignmentid } = await start({ message: 'Pay 99 kr' });
    const old = { ...shown, assignment: assignmentid };
    const signature = signed(device.textOf(shown, 'approve'), device.key);
    const answer = await device.ask('answer', { assignment: old.assignment, decision: 'approve', signature });
    expect(answer.body).toMatchObject({ code: 'answer-refused' });
    expect(await statusOf(assignmentid)).not.toBe('CONFIRMED');
  });

  it('by the key of another device is refused, be it the person’s own', async () => {
    const { device, shown, enrol, statusOf, assignmentid } = await scene();
    const other = await enrol();
    const hers = await enrol('alovelace');
    expect((await device.answer(shown, 'approve', { key: other.key })).body).toMatchObject({ code: 'answer-refused' });
    expect((await hers.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
    const asHim = await device.ask('answer', {}, { key: hers.key });
    expect(asHim.body).toMatchObject({ code: 'signature-refused' });
    expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
  });

  it.each([
    { tenant: 't2' },
    { asker: 'My bank' },
    { message: 'Pay 9 kr' },
    { message: '' },
    { person: 'alovelace' },
    { application: 'Firefox' },
    { place: 'Edmonton' },
    { address: '192.0.2.1' },
    { asked: 0 },
    { ends: 9_999_999_999_999 },
  ])('to a request that was shown differently is refused: %o', async (different) => {
    const { device, shown, statusOf, assignmentid } = await scene();
    const { status, body } = await device.answer({ ...shown, ...different }, 'approve');
    expect([status, body['code']]).toEqual([403, 'answer-refused']);
    expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
    expect((await device.answer(shown, 'approve')).status).toBe(200);
  });

  it('whose decision or number was changed on its way is refused', async () => {
    const { device, shown, number } = await scene({ match: 'true' });
    const wrong = number === '000' ? '001' : '000';
    const changed = [
      await device.answer(shown, 'reject', { body: { decision: 'approve', number } }),
      await device.answer(shown, 'approve', { number: wrong, body: { number } }),
    ];
    expect(changed.map(({ body }) => body['code'])).toEqual(['answer-refused', 'answer-refused']);
  });

  it('under another version of the protocol is refused', async () => {
    const { device, shown } = await scene();
    const old = (text: string) => text.replace('portvakt-answer 1', 'portvakt-answer 0');
    expect((await device.answer(shown, 'approve', { text: old })).body).toMatchObject({ code: 'answer-refused' });
    const older = (text: string) => text.replace('portvakt-request 1', 'portvakt-request 0');
    expect((await device.ask('state', {}, { text: older })).body).toMatchObject({ code: 'signature-refused' });
  });

  it('after the end is refused', async () => {
    const { device, shown, pass, statusOf, assignmentid } = await scene();
    pass(60);
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
    expect(await statusOf(assignmentid)).toBe('ERROR');
  });

  it('is refused once the clock was set back: no request lives longer for that', async () => {
    const { device, shown, pass, statusOf, assignmentid } = await scene(); // seen to fail (CONFIRMED) with its end alone
    pass(-3600);
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
    expect((await device.ask('pending')).body).not.toHaveProperty('assignment');
    expect(await statusOf(assignmentid)).not.toBe('CONFIRMED');
  });

  it('counts once, of many at the same time from two devices', async () => {
    const { device, shown, enrol, statusOf, assignmentid } = await scene();
    const other = await enrol();
    const decisions = ['approve', 'reject', 'approve', 'reject', 'approve', 'reject'];
    const answers = await Promise.all(
      decisions.map((decision, at) => (at % 2 ? other : device).answer(shown, decision)),
    );
    const taken = answers.filter(({ status }) => status === 200);
    expect(taken).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'assignment-gone')).toHaveLength(5);
    const told = taken[0]?.body['outcome'] === 'approved' ? 'CONFIRMED' : 'REJECTED';
    expect(await statusOf(assignmentid)).toBe(told);
  });

  it('of a device that was revoked meanwhile is refused', async () => {
    const { device, shown, portvakt } = await scene();
    const { createDeviceAdministration } = await import('../../src/methods/push/index.ts');
    await createDeviceAdministration('default', { trace: '0'.repeat(32) }, portvakt.ports).revoke(device.id);
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'device-unknown' });
  });

  it('that is refused leaves an event, which holds nothing of what was shown', async () => {
    const { device, shown, events, number } = await scene({ match: 'true' });
    await device.answer({ ...shown, message: 'Pay 9 kr' }, 'approve', { number });
    const all = await events();
    expect(all.at(-1)).toMatchObject({
      event: 'push.answer-refused',
      user: 'wgretzky',
      subject: device.id,
      reason: 'signature',
    });
    expect(JSON.stringify(all)).not.toMatch(/Pay|kr"/);
    expect(all.some((event) => Object.values(event).includes(number))).toBe(false);
  });
});

describe('a request of a device', () => {
  it.each([-121, 121])('made by a clock that is %i seconds off is refused', async (seconds) => {
    const { device, clock } = await scene();
    const time = clock.now() + seconds * 1000;
    expect((await device.ask('state', {}, { time })).body).toMatchObject({ code: 'clock-wrong' });
    expect((await device.ask('state', {}, { time: clock.now() + Math.sign(seconds) * 120_000 })).status).toBe(200);
  });

  it('whose body, time or path was changed on its way is refused', async () => {
    const { device, clock } = await scene();
    const changed = [
      await device.ask('fetch', { assignment: 'a' }, { sent: '{"assignment":"b"}' }),
      await device.ask('state', {}, { headers: { 'portvakt-time': String(clock.now() + 1) } }),
      await device.ask('state', {}, { headers: { 'portvakt-nonce': newNonce() } }),
      await device.ask('state', {}, { text: (text) => text.replace('what 5:state', 'what 5:leave') }),
    ];
    expect(changed.map(({ body }) => body['code'])).toEqual(Array(4).fill('signature-refused'));
  });

  it('is taken once, of many copies at the same time', async () => {
    const { device } = await scene();
    const nonce = newNonce();
    const answers = await Promise.all(Array.from({ length: 8 }, () => device.ask('state', {}, { nonce })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('for which there is no key writes nothing', async () => {
    const { device, events, enrol } = await scene();
    const hers = await enrol('alovelace');
    const before = (await events()).length;
    for (let at = 0; at < 5; at += 1) await device.ask('answer', {}, { key: hers.key });
    expect(await events()).toHaveLength(before);
  });
});
