import { describe, expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { addPasskey, afterAnswer, enrol, invite, lapse, resume, revoke, subscribe } from './devices.ts';

const owner = { realm: 'default', user: 'wgretzky', origin: { trace: 'a'.repeat(32) } };
const applicant = { id: 'device-1', key: 'key', name: 'Telephone' };
const invited: Account = { invitations: { hash: 1000 } };
const policy = { maxDevices: 5, invitationSeconds: 600 };
const device = { key: 'key', name: 'Telephone', enrolledAt: 0 };
const account: Account = { devices: { 'device-1': device } };
const passkey = { id: 'p', publicKey: 'k', counter: 1 };
const yes = { approves: true, pauses: false, passkey: undefined };
const notMe = { approves: false, pauses: true, passkey: undefined };
const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return 'done';
};

describe('enrolling', () => {
  it('uses the invitation up, makes the device, and claims its name', () => {
    const { next, claims, events } = enrol(owner, 'hash', applicant, policy)({ ...invited, tokens: {} }, 10);
    expect(next).toEqual({ tokens: {}, devices: { 'device-1': { ...device, enrolledAt: 10 } } });
    expect(claims).toEqual(['device/device-1']);
    expect(events).toMatchObject([{ type: { name: 'push.enrolled' }, user: 'wgretzky', subject: 'device-1' }]);
  });

  it('is refused without an invitation, and from its end on', () => {
    const change = enrol(owner, 'hash', applicant, policy);
    const accounts = [undefined, {}, account, { invitations: { other: 1000 } }];
    expect(accounts.map((one) => code(() => change(one, 10)))).toEqual(Array(4).fill('invitation-unknown'));
    expect([code(() => change(invited, 999)), code(() => change(invited, 1000))]).toEqual([
      'done',
      'invitation-unknown',
    ]);
  });

  it('is refused to a clock that was set back, rather than possible for longer', () => {
    const change = enrol(owner, 'hash', applicant, policy);
    const until = 1_000_000;
    const late = { invitations: { hash: until } };
    expect([until - 660_000, until - 660_001].map((at) => code(() => change(late, at)))).toEqual([
      'done',
      'invitation-unknown',
    ]);
  });

  it('counts the devices without the one that goes', () => {
    const full = { ...account, ...invited };
    const replacing = { ...applicant, id: 'device-2', replaces: 'device-1' };
    expect(
      code(() => enrol(owner, 'hash', { ...applicant, id: 'device-2' }, { ...policy, maxDevices: 1 })(full, 0)),
    ).toBe('limit-reached');
    const { next, events } = enrol(owner, 'hash', replacing, { ...policy, maxDevices: 1 })(full, 0);
    expect(Object.keys(next?.devices ?? {})).toEqual(['device-2']);
    expect(events?.map(({ type, reason }) => [type.name, reason])).toEqual([
      ['push.revoked', 'replaced'],
      ['push.enrolled', undefined],
    ]);
  });

  it('again makes the invitation of before worthless', () => {
    expect(invite(owner, 'newer', 5)(invited, 0).next?.invitations).toEqual({ newer: 5 });
  });
});

describe('a device that is gone', () => {
  it('is found by no change', () => {
    const changes = [
      revoke(owner, 'device-2', 'left'),
      subscribe(owner, 'device-2', undefined),
      addPasskey(owner, 'device-2', passkey),
      afterAnswer(owner, 'device-2', yes),
    ];
    expect(changes.map((change) => code(() => change(account, 0)))).toEqual(Array(4).fill('device-unknown'));
  });
});

describe('the way to wake a device', () => {
  const woken = subscribe(owner, 'device-1', { sealed: 'v1.k.x', kind: 'web' })(account, 50).next ?? undefined;

  it('is forgotten when the service says that nobody is there', () => {
    const { next } = lapse(owner, 'device-1', 'v1.k.x', undefined)(woken, 60);
    expect(next?.devices?.['device-1']).toEqual({ ...device, pushLapsedAt: 60 });
  });

  it('is kept when it is another by now, or newer than what the service speaks of', () => {
    expect(lapse(owner, 'device-1', 'v1.k.y', undefined)(woken, 60).next).toBeUndefined();
    expect(lapse(owner, 'device-1', 'v1.k.x', 49)(woken, 60).next).toBeUndefined();
    expect(lapse(owner, 'device-1', 'v1.k.x', 50)(woken, 60).next).toBeDefined();
  });
});

describe('pausing', () => {
  it('holds until it is lifted, once', () => {
    const { next, events } = afterAnswer(owner, 'device-1', notMe)(account, 7);
    const paused = next ?? undefined;
    // With the pause, and not with the end of the request: should we stop between the two, or somebody else answer, it is known all the same.
    expect(events).toMatchObject([{ type: { name: 'push.not-me' }, user: 'wgretzky', subject: 'device-1' }]);
    expect(paused).toMatchObject({ pushPausedAt: 7, devices: { 'device-1': { answeredAt: 7 } } });
    expect(code(() => afterAnswer(owner, 'device-1', yes)(paused, 8))).toBe('assignment-gone');
    const lifted = resume(owner)(paused, 8);
    expect([lifted.result, lifted.next?.pushPausedAt]).toEqual([true, undefined]);
    expect(resume(owner)(lifted.next ?? undefined, 9)).toEqual({ result: false });
  });
});

describe('a passkey', () => {
  it('comes soon after the enrolment, once', () => {
    const { next } = addPasskey(owner, 'device-1', passkey)(account, 599_999);
    expect(next?.devices?.['device-1']?.passkey).toEqual(passkey);
    expect(code(() => addPasskey(owner, 'device-1', passkey)(next ?? undefined, 0))).toBe('passkey-refused');
    expect(code(() => addPasskey(owner, 'device-1', passkey)(account, 600_000))).toBe('passkey-refused');
    expect(code(() => addPasskey(owner, 'device-1', passkey)(account, -60_001))).toBe('passkey-refused');
  });
});
