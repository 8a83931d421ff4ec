import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/core/account.ts';
import { afterAnswer } from '../../src/methods/push/devices.ts';
import { createDeviceAdministration } from '../../src/methods/push/index.ts';
import { startPushServer } from '../support/push-server.ts';

describe('a wrong number', () => {
  it('ends the request, and the right one comes too late', async () => {
    const { enrol, start, statusOf, events } = await startPushServer();
    const device = await enrol();
    const { assignmentid, number } = await start({ match: 'true' });
    const shown = await device.open();
    const wrong = number === '123' ? '321' : '123';
    expect((await device.answer(shown, 'approve', { number: wrong })).body).toEqual({ outcome: 'wrong-number' });
    expect(await statusOf(assignmentid)).toBe('ERROR');
    expect((await device.answer(shown, 'approve', { number: number ?? '' })).body).toMatchObject({
      code: 'assignment-gone',
    });
    expect((await events()).map(({ event }) => event)).toContain('push.wrong-number');
  });

  it('ends it at once, however many are tried together', async () => {
    const { enrol, start, statusOf } = await startPushServer();
    const device = await enrol();
    const { assignmentid, number = '' } = await start({ match: 'true' });
    const shown = await device.open();
    const guesses = Array.from({ length: 12 }, (_, at) => String((Number(number) + 1 + at) % 1000).padStart(3, '0'));
    const answers = await Promise.all(guesses.map((guess) => device.answer(shown, 'approve', { number: guess })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await statusOf(assignmentid)).toBe('ERROR');
  });
});

describe('"not me"', () => {
  it('rejects, leaves an event, and nothing is shown any more until somebody lifts it', async () => {
    const { enrol, start, statusOf, events, portvakt, clock } = await startPushServer();
    const device = await enrol();
    const { assignmentid } = await start();
    expect((await device.answer(await device.open(), 'not-me')).body).toEqual({ outcome: 'paused' });
    expect(await statusOf(assignmentid)).toBe('REJECTED');
    const { assignmentid: next } = await start();
    expect(await statusOf(next)).toBe('PENDING');
    expect((await device.ask('pending')).body).toEqual({ pausedAt: clock.now(), now: clock.now() });
    expect((await device.ask('fetch', { assignment: next })).body).toMatchObject({ code: 'assignment-gone' });
    const names = (await events()).map(({ event, reason }) => [event, reason]);
    expect(names.filter(([name]) => name === 'push.not-me')).toEqual([['push.not-me', undefined]]);
    expect(names).toContainEqual(['push.withheld', 'paused']);

    const devices = createDeviceAdministration('default', { trace: '0'.repeat(32) }, portvakt.ports);
    expect([await devices.resume('wgretzky'), await devices.resume('wgretzky')]).toEqual([true, false]);
    const { assignmentid: last } = await start();
    expect(await device.open()).toMatchObject({ assignment: last });
  });

  it('holds for a request that is still open, should the server have stopped right after the pause', async () => {
    const { enrol, start, statusOf, events, portvakt } = await startPushServer();
    const [device, other] = [await enrol(), await enrol()];
    const { assignmentid } = await start();
    const shown = await other.open();
    const owner = { realm: 'default', user: 'wgretzky', origin: { trace: '0'.repeat(32) } };
    const paused = afterAnswer(owner, device.id, { approves: false, pauses: true, passkey: undefined });
    await portvakt.ports.store.change(accountOf('default', 'wgretzky'), paused);
    expect((await events()).at(-1)).toMatchObject({ event: 'push.not-me', subject: device.id });
    expect((await other.ask('pending')).body).not.toHaveProperty('assignment');
    expect((await other.ask('fetch', { assignment: assignmentid })).body).toMatchObject({ code: 'assignment-gone' });
    expect((await other.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
    expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
  });
});

describe('many requests', () => {
  it('are shown with growing gaps, until one is approved', async () => {
    const { enrol, start, pass, events } = await startPushServer({
      push: { budget: { free: 2, gapSeconds: 30, maxGapSeconds: 100 } },
    });
    const device = await enrol();
    const isShown = async () => {
      const { assignmentid } = await start();
      return (await device.ask('pending')).body['assignment'] === assignmentid;
    };
    const later = async (seconds: number) => {
      pass(seconds);
      return isShown();
    };
    expect([await isShown(), await isShown(), await isShown()]).toEqual([true, true, false]);
    expect([await later(29), await later(1)]).toEqual([false, true]);
    expect([await later(59), await later(1)]).toEqual([false, true]);
    expect([await later(99), await later(1)]).toEqual([false, true]);
    expect((await events()).some(({ event, reason }) => event === 'push.withheld' && reason === 'too-soon')).toBe(true);
    await device.answer(await device.open(), 'approve');
    expect([await isShown(), await isShown(), await isShown()]).toEqual([true, true, false]);
  });

  it('at the same time leave one that can be answered', async () => {
    const { enrol, start, statusOf } = await startPushServer({ push: { budget: { free: 100 } } });
    const device = await enrol();
    const started = await Promise.all(Array.from({ length: 6 }, () => start()));
    const shown = await device.open();
    const states = await Promise.all(started.map(({ assignmentid }) => statusOf(assignmentid)));
    expect(states.filter((state) => state === 'IN_PROGRESS')).toHaveLength(1);
    expect(states.filter((state) => state === 'ERROR')).toHaveLength(5);
    expect((await device.answer(shown, 'approve')).status).toBe(200);
  });
});

describe('a name that nobody has', () => {
  /** What a caller sees of two starts of the same name, and of the end of the second. */
  async function seen(username: string) {
    const { put, pass, enrol } = await startPushServer();
    await enrol('alovelace');
    const first = await put('onetouch_start_auth', { username, match: 'true' });
    const second = await put('onetouch_start_auth', { username: username.toUpperCase() });
    const poll = async ({ body }: typeof first) =>
      (await put('onetouch_check_auth', { assignmentid: body?.['assignmentid'] })).text;
    const during = [await poll(first), await poll(second)];
    pass(60);
    return {
      starts: [first, second].map(({ status, text }) => [status, text.length]),
      properties: [first, second].map(({ body }) => Object.keys(body ?? {})),
      during,
      after: [await poll(first), await poll(second)],
    };
  }

  it('is answered as everybody else', async () => {
    const known = await seen('alovelace');
    expect(known.during).toEqual(['{"status":"ERROR"}', '{"status":"PENDING"}']);
    expect(await seen('nobody')).toEqual(known);
    expect(await seen('wgretzky')).toEqual(known);
  });

  it('is not written down', async () => {
    const { put, events } = await startPushServer();
    await put('onetouch_start_auth', { username: 'my-password' });
    const all = await events();
    expect(all.at(-1)).toMatchObject({ event: 'push.withheld', reason: 'person-unknown' });
    expect(JSON.stringify(all)).not.toContain('my-password');
  });
});
