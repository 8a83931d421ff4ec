import { describe, expect, it } from 'vitest';
import { pushConfig, startPushServer } from '../support/push-server.ts';
import { startTestServer } from '../support/server.ts';

// PhenixID HTTP API, "OneTouch authentication (push)"; HTTP API reference 3.4 and checks 10 to 12.
describe('onetouch_start_auth and onetouch_check_auth, as documented', () => {
  it('answer with a UUID, then run from PENDING over IN_PROGRESS to CONFIRMED, and stay there', async () => {
    const { enrol, put, statusOf, check, pass } = await startPushServer();
    const device = await enrol();
    const started = await put('onetouch_start_auth', { username: 'wgretzky' });
    expect([started.status, Object.keys(started.body ?? {})]).toEqual([200, ['assignmentid']]);
    const assignmentid = String(started.body?.['assignmentid']);
    expect(assignmentid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect((await check(assignmentid)).body).toEqual({ status: 'PENDING' });
    const shown = await device.open();
    expect((await check(assignmentid)).body).toEqual({ status: 'IN_PROGRESS' });
    expect((await device.answer(shown, 'approve')).body).toEqual({ outcome: 'approved' });
    expect((await check(assignmentid)).body).toEqual({ status: 'CONFIRMED' });
    pass(120);
    expect(await statusOf(assignmentid)).toBe('CONFIRMED');
  });

  it('end with REJECTED when the person says no, and stay there', async () => {
    const { enrol, start, statusOf, pass } = await startPushServer();
    const device = await enrol();
    const { assignmentid } = await start();
    expect((await device.answer(await device.open(), 'reject')).body).toEqual({ outcome: 'rejected' });
    expect(await statusOf(assignmentid)).toBe('REJECTED');
    pass(120);
    expect(await statusOf(assignmentid)).toBe('REJECTED');
  });

  it('end with ERROR after a minute without an answer', async () => {
    const { enrol, start, statusOf, pass } = await startPushServer();
    await enrol();
    const { assignmentid } = await start();
    pass(59);
    expect(await statusOf(assignmentid)).toBe('PENDING');
    pass(1);
    expect(await statusOf(assignmentid)).toBe('ERROR');
  });

  it('take the name that the table of the guide has for the id', async () => {
    const { start, put } = await startPushServer();
    const { assignmentid } = await start();
    expect((await put('onetouch_check_auth', { assignment: assignmentid })).body).toEqual({ status: 'PENDING' });
    expect((await put('onetouch_check_auth', {})).status).toBe(400);
  });

  it('tell another tenant nothing, and let it cancel nothing', async () => {
    const { start, check, put, statusOf } = await startPushServer();
    const { assignmentid } = await start();
    const foreign = await check(assignmentid, 't2');
    const unknown = await check('667b2455-6cdf-4f7e-885d-fc9512ac735f', 't2');
    expect([foreign.status, { ...foreign.body, trace: '' }]).toEqual([403, { ...unknown.body, trace: '' }]);
    expect((await put('onetouch_cancel', { assignmentid }, { tenant: 't2' })).status).toBe(403);
    expect(await statusOf(assignmentid)).toBe('PENDING');
  });

  it('park a poll until something changes', async () => {
    const { enrol, start, put } = await startPushServer();
    const device = await enrol();
    const { assignmentid } = await start();
    const parked = put('onetouch_check_auth', { assignmentid }, { headers: { prefer: 'wait=30' } });
    await device.open();
    expect((await parked).body).toEqual({ status: 'IN_PROGRESS' });
  });
});

describe('what is ours beside that', () => {
  it('shows what the caller says of the request, and nothing else', async () => {
    const { enrol, start, clock } = await startPushServer();
    const device = await enrol();
    const context = { context_application: 'Firefox', context_place: 'Edmonton', context_address: '192.0.2.9' };
    const { assignmentid } = await start({ message: 'Pay 99 kr\nto Åsa', ...context });
    expect(await device.open()).toEqual({
      assignment: assignmentid,
      tenant: 't1',
      asker: 'Kundportalen',
      person: 'wgretzky',
      message: 'Pay 99 kr\nto Åsa',
      application: 'Firefox',
      place: 'Edmonton',
      address: '192.0.2.9',
      asked: clock.now(),
      ends: clock.now() + 60_000,
      match: false,
      passkey: false,
      now: clock.now(),
    });
  });

  it.each([
    { message: 'x'.repeat(501) },
    { message: 'good \u202eevil' },
    { context_place: 'two\nlines' },
    { context_application: 'x'.repeat(101) },
    { match: 'yes' },
  ])('refuses what cannot be shown: %o', async (more) => {
    const { put } = await startPushServer();
    const { status, body } = await put('onetouch_start_auth', { username: 'wgretzky', ...more });
    expect([status, body?.['code'], body?.['property']]).toEqual([400, 'property-invalid', Object.keys(more)[0]]);
  });

  it('gives a number to show, and takes it from whoever types it', async () => {
    const { enrol, start, statusOf } = await startPushServer();
    const device = await enrol();
    const { assignmentid, number = '' } = await start({ match: 'true' });
    expect(number).toMatch(/^\d{3}$/);
    const shown = await device.open();
    expect(shown).toMatchObject({ match: true });
    expect(JSON.stringify(shown)).not.toContain(`"${number}"`);
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'property-missing' });
    expect((await device.answer(shown, 'approve', { number })).body).toEqual({ outcome: 'approved' });
    expect(await statusOf(assignmentid)).toBe('CONFIRMED');
  });

  it('takes an assignment back', async () => {
    const { enrol, start, put, statusOf } = await startPushServer();
    const device = await enrol();
    const { assignmentid } = await start();
    const shown = await device.open();
    expect((await put('onetouch_cancel', { assignmentid })).body).toEqual({ status: 'ERROR' });
    expect(await statusOf(assignmentid)).toBe('ERROR');
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
  });

  it('adds what the configuration says to the answer, once it is a yes', async () => {
    const attributes = { step: 'reply-attributes', attributes: { email: 'mail' } };
    const then = [{ step: 'push/approver' }, attributes, { step: 'open-session', method: 'onetouch' }];
    const steps = [{ step: 'push/check' }, { when: { 'transaction.state': 'approved' }, then }];
    const operations = { onetouch_check_auth: { summary: 'With more.', steps } };
    const { enrol, start, check } = await startPushServer({ operations });
    const device = await enrol();
    const { assignmentid } = await start();
    expect((await check(assignmentid)).body).toEqual({ status: 'PENDING' });
    await device.answer(await device.open(), 'approve');
    const { body } = await check(assignmentid);
    expect(body).toMatchObject({ status: 'CONFIRMED', email: 'wayne@example.org' });
    expect(body?.['access_token']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('starts anew where the old one was: one request at a time', async () => {
    const { enrol, start, statusOf } = await startPushServer();
    const device = await enrol();
    const { assignmentid: old } = await start();
    const shown = await device.open();
    const { assignmentid: fresh } = await start();
    expect([await statusOf(old), await statusOf(fresh)]).toEqual(['ERROR', 'PENDING']);
    expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
    expect(await device.open()).toMatchObject({ assignment: fresh });
  });

  it('is still there after a restart', async () => {
    const server = await startPushServer();
    const device = await server.enrol();
    const { assignmentid } = await server.start();
    const { data } = server.portvakt.config;
    await server.stop();
    const again = await startTestServer(pushConfig(), { data });
    expect((await again.put('onetouch_check_auth', { assignmentid })).body).toEqual({ status: 'PENDING' });
    expect(device.id).toHaveLength(36);
  });
});
