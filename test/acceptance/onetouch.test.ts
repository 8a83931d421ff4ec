import { describe, expect, it } from 'vitest';
import { startPushServer } from '../support/push-server.ts';

describe('onetouch_start_auth and onetouch_check_auth, as documented', () => {
  it('run from PENDING over IN_PROGRESS to CONFIRMED, and stay there', async () => {
    const { enrol, start, statusOf, pass } = await startPushServer();
    const device = await enrol();
    const { assignmentid } = await start();
    expect(assignmentid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await statusOf(assignmentid)).toBe('PENDING');
    const shown = await device.open();
    expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
    expect((await device.answer(shown, 'approve')).body).toEqual({ outcome: 'approved' });
    expect(await statusOf(assignmentid)).toBe('CONFIRMED');
    pass(120);
    expect(await statusOf(assignmentid)).toBe('CONFIRMED');
  });
});
