import { describe, expect, it } from 'vitest';
import { code, firstStep, type Story, story, type Telling } from './story.ts';

const accepted = { log: ['otp-token.accepted'] };
const refused = (reason: string) => ({ log: [`otp-token.refused ${reason}`] });

/** Somebody tries a code; what is logged follows from the status unless it is told. */
function tries(to: Story, otp: string, status: number, telling: Telling = {}, username = 'ann') {
  const log = { 200: accepted, 403: refused('wrong') }[status] ?? {};
  return to.ask('otp_token_auth', { username, otp }, status, { ...log, ...telling });
}

describe('a run that kept its promises', () => {
  it('passes: codes, sessions, locks, approvals, and answers that never came', async () => {
    const told = story();
    tries(told, code(0), 200, { begin: 1, end: 3 });
    tries(told, code(0), 403, { begin: 1, end: 4, ...refused('used') });
    tries(told, code(1), 0, { ...accepted, begin: 5, end: 9 });
    tries(told, code(1), 403, refused('used'));
    tries(told, code(2), 0);
    tries(told, code(3), 503);
    tries(told, code(2), 200);
    tries(told, code(firstStep), 200, {}, 'tom');
    tries(told, code(firstStep + 1), 200, { clock: 31 }, 'tom');
    const opened = { log: ['otp-token.accepted', 'session.opened'], body: { access_token: 'a' } };
    told.ask('sign_in', { username: 'ann', otp: code(4) }, 200, opened);
    told.ask('verifyUser', { access_token: 'a' }, 200);
    told.ask('endSession', { access_token: 'a' }, 200, { begin: 60, end: 62, log: ['session.ended'] });
    told.ask('endSession', { access_token: 'a' }, 403, { begin: 60, end: 63 });
    told.ask('verifyUser', { access_token: 'a' }, 200, { begin: 61, end: 63 });
    told.ask('verifyUser', { access_token: 'a' }, 403);
    const issued = { body: { otp: '11112222' }, log: ['code.issued'] };
    told.ask('issue_code', { username: 'bea' }, 200, issued);
    told.ask('issued_auth', { username: 'bea', otp: '11112222' }, 200, { log: ['code.accepted'] });
    told.ask('issued_auth', { username: 'bea', otp: '11112222' }, 403, refused('used'));
    const guesses = { tenant: 'guessed' };
    for (const _ of [1, 2]) tries(told, '00000000', 403, { ...guesses, clock: 100 });
    tries(told, '00000000', 403, { ...guesses, clock: 101, log: ['otp-token.refused wrong', 'account.locked'] });
    tries(told, code(0), 403, { ...guesses, ...refused('locked'), clock: 110 });
    tries(told, code(0), 200, { ...guesses, clock: 111 });
    const start = { body: { assignmentid: 'x' }, log: ['transaction.opened'] };
    told.ask('onetouch_start_auth', { username: 'ann' }, 200, start);
    told.ask('onetouch_check_auth', { assignmentid: 'x' }, 200, { body: { status: 'PENDING' } });
    const yes = { body: { outcome: 'approved' }, log: ['push.approved'] };
    told.ask('device/answer', { assignment: 'x', decision: 'approve' }, 200, yes);
    told.ask('onetouch_cancel', { assignmentid: 'x' }, 200, { body: { status: 'CONFIRMED' } });
    told.ask('onetouch_check_auth', { assignmentid: 'x' }, 200, { body: { status: 'CONFIRMED' } });
    expect(await told.broken()).toEqual([]);
  });
});

describe('codes of tokens', () => {
  it('finds one that was accepted twice', async () => {
    const told = story();
    tries(told, code(7), 200, { begin: 1, end: 3 });
    tries(told, code(7), 200, { begin: 1, end: 3 });
    expect(await told.broken()).toEqual(['used-twice']);
  });

  it('finds one that was accepted again where one of the answers never came', async () => {
    const told = story();
    tries(told, code(7), 0, accepted);
    tries(told, code(7), 200);
    expect(await told.broken()).toEqual(['used-twice']);
  });

  it('finds one that clients were told yes to twice, even when the log is silent', async () => {
    const told = story();
    tries(told, code(7), 200);
    tries(told, code(7), 200, { log: [] });
    expect(await told.broken()).toContain('used-twice');
  });

  it('finds one by time that was accepted again after a clock was set back', async () => {
    const told = story();
    tries(told, code(firstStep), 200, { clock: 10 }, 'tom');
    tries(told, code(firstStep), 200, { clock: -15 }, 'tom');
    expect(await told.broken()).toEqual(['used-twice']);
  });

  it('finds one that was accepted after a later one', async () => {
    const told = story();
    tries(told, code(7), 200);
    tries(told, code(5), 200);
    expect(await told.broken()).toEqual(['old-accepted']);
  });

  it('finds one that is too far ahead, and one that the token never shows', async () => {
    const far = story();
    tries(far, code(21), 200);
    expect(await far.broken()).toEqual(['window']);
    const early = story();
    tries(early, code(firstStep + 2), 200, { clock: 1 }, 'tom');
    expect(await early.broken()).toEqual(['window']);
    const never = story();
    tries(never, '00000000', 200);
    expect(await never.broken()).toEqual(['wrong-accepted']);
  });
});

describe('codes that were made for a person', () => {
  const make = (told: Story, otp: string) =>
    told.ask('issue_code', { username: 'bea' }, 200, { body: { otp }, log: ['code.issued'] });
  const use = (told: Story, otp: string) =>
    told.ask('issued_auth', { username: 'bea', otp }, 200, { log: ['code.accepted'] });

  it('finds one that was accepted twice, one that another had replaced, and one that was never made', async () => {
    const twice = story();
    make(twice, '11112222');
    use(twice, '11112222');
    use(twice, '11112222');
    expect(await twice.broken()).toEqual(['used-twice']);
    const replaced = story();
    make(replaced, '11112222');
    make(replaced, '33334444');
    use(replaced, '11112222');
    expect(await replaced.broken()).toEqual(['old-accepted']);
    const never = story();
    use(never, '11112222');
    expect(await never.broken()).toEqual(['wrong-accepted']);
  });
});

describe('attempts', () => {
  const guess = (told: Story, tenant: string, telling: Telling) => tries(told, '00000000', 403, { tenant, ...telling });
  const lock = ['otp-token.refused wrong', 'account.locked'];

  it('finds a failure beyond the limit that locked nobody', async () => {
    const told = story();
    for (const clock of [1, 2, 3]) guess(told, 'guessed', { clock });
    expect(await told.broken()).toEqual(['attempts']);
  });

  it('finds a code that was looked at while the person was locked', async () => {
    const told = story();
    for (const clock of [1, 2]) guess(told, 'guessed', { clock });
    guess(told, 'guessed', { clock: 3, log: lock });
    tries(told, code(0), 403, { tenant: 'guessed', clock: 12, ...refused('used') });
    expect(await told.broken()).toEqual(['attempts']);
  });

  it('knows that the second lock lasts twice as long, and that a right code forgives', async () => {
    const told = story();
    for (const clock of [1, 2]) guess(told, 'guessed', { clock });
    guess(told, 'guessed', { clock: 3, log: lock });
    for (const clock of [14, 15]) guess(told, 'guessed', { clock });
    guess(told, 'guessed', { clock: 16, log: lock });
    expect(await told.broken()).toEqual([]);
    tries(told, code(0), 200, { tenant: 'guessed', clock: 30 });
    expect(await told.broken()).toEqual(['attempts']);
    const forgiven = story();
    for (const clock of [1, 2]) guess(forgiven, 'guessed', { clock });
    tries(forgiven, code(0), 200, { tenant: 'guessed', clock: 3 });
    for (const clock of [4, 5]) guess(forgiven, 'guessed', { clock });
    expect(await forgiven.broken()).toEqual([]);
  });

  it('finds somebody who was let in after a lock that stays, from the answers alone', async () => {
    const told = story();
    for (const clock of [1, 2, 3]) guess(told, 'strict', { clock, log: ['otp-token.refused locked'] });
    tries(told, code(0), 200, { tenant: 'strict' });
    expect(await told.broken()).toEqual(['attempts']);
  });

  it('says nothing where a right code may have come between', async () => {
    const told = story();
    for (const clock of [1, 2]) guess(told, 'strict', { clock });
    tries(told, code(0), 0, { tenant: 'strict', ...accepted });
    guess(told, 'strict', {});
    tries(told, code(1), 200, { tenant: 'strict' });
    expect(await told.broken()).toEqual([]);
  });
});

describe('attempts of one person in two chains of the log', () => {
  const at = (chain: number, telling: Telling = {}) => ({
    tenant: 'guessed',
    chain,
    begin: 1,
    end: 9,
    clock: 5,
    ...telling,
  });
  const lock = { log: ['otp-token.refused wrong', 'account.locked'] };

  it('pass when some order of what happened at once explains them', async () => {
    const told = story();
    tries(told, '00000000', 403, at(1, refused('wrong')));
    tries(told, '00000001', 403, at(1, refused('locked')));
    tries(told, '00000002', 403, at(2, refused('wrong')));
    tries(told, '00000003', 403, at(2, lock));
    expect(await told.broken()).toEqual([]);
  });

  it('are found when they are more than the limit in every order', async () => {
    const told = story();
    for (const chain of [1, 1, 2, 2]) tries(told, '00000000', 403, at(chain, refused('wrong')));
    expect(await told.broken()).toEqual(['attempts']);
  });

  it('are found when the only order that explains them is against the time', async () => {
    const told = story();
    tries(told, '00000000', 403, at(1, { ...refused('locked'), end: 2 }));
    for (const _ of [1, 2]) tries(told, '00000000', 403, at(2, { ...refused('wrong'), begin: 3 }));
    tries(told, '00000000', 403, at(2, { ...lock, begin: 3 }));
    expect(await told.broken()).toEqual(['attempts']);
  });

  it('do not hide a code that was accepted in both', async () => {
    const told = story();
    for (const chain of [1, 2]) tries(told, code(0), 200, at(chain));
    expect(await told.broken()).toEqual(['used-twice']);
    const older = story();
    tries(older, code(3), 200, at(2));
    tries(older, code(2), 200, at(1, { begin: 10, end: 11 }));
    expect(await older.broken()).toEqual(['old-accepted']);
  });

  it('show when an end was cut off with its signature, by what the other says of it', async () => {
    const told = story();
    for (const chain of [1, 2]) tries(told, '00000000', 403, at(chain));
    told.log({ event: 'log.chains', subject: `2:1:${'a'.repeat(64)}` });
    expect(await told.broken()).toEqual(['chain']);
  });

  it('cannot be moved from one to the other', async () => {
    const told = story();
    for (const chain of [1, 2]) tries(told, '00000000', 403, at(chain));
    const moved = (lines: string[]) => lines.map((line) => line.replace('"chain":2,', ''));
    expect(await told.broken(moved)).toContain('chain');
  });
});

describe('what was acknowledged', () => {
  it('finds a yes and a no that the log does not have', async () => {
    const yes = story();
    tries(yes, code(0), 200, { log: [] });
    expect(await yes.broken()).toEqual(['lost']);
    const no = story();
    tries(no, '00000000', 403, { log: [] });
    expect(await no.broken()).toEqual(['lost']);
  });

  it('finds an answer that is not what the log says', async () => {
    const told = story();
    tries(told, code(0), 403, { log: ['otp-token.refused wrong', 'otp-token.accepted'] });
    expect(await told.broken()).toContain('denied');
  });

  it('finds one request that was carried out twice', async () => {
    const told = story();
    tries(told, '00000000', 0, { log: ['otp-token.refused wrong', 'otp-token.refused wrong'] });
    expect(await told.broken()).toEqual(['twice']);
  });

  it('finds a yes that nobody asked for', async () => {
    const told = story();
    told.log({ event: 'session.opened', trace: 'f'.repeat(32), realm: 'open', user: 'ann' });
    expect(await told.broken()).toEqual(['unasked']);
  });

  it('finds a log that has things in another order than they happened', async () => {
    const told = story();
    tries(told, '00000000', 403, { begin: 5, end: 6 });
    tries(told, '00000000', 403, { begin: 1, end: 2 });
    expect(await told.broken()).toEqual(['order']);
  });
});

describe('sessions', () => {
  const open = (told: Story) =>
    told.ask('sign_in', { username: 'ann', otp: code(0) }, 200, {
      log: ['otp-token.accepted', 'session.opened'],
      body: { access_token: 'a' },
    });
  const end = (told: Story) => told.ask('endSession', { access_token: 'a' }, 200, { log: ['session.ended'] });
  const verify = (told: Story, status: number) => told.ask('verifyUser', { access_token: 'a' }, status);

  it('finds one that is gone, one that holds after its end, and one that ended twice', async () => {
    const gone = story();
    open(gone);
    verify(gone, 403);
    expect(await gone.broken()).toEqual(['session-lost']);
    const holding = story();
    open(holding);
    end(holding);
    verify(holding, 200);
    expect(await holding.broken()).toEqual(['session-holds']);
    const twice = story();
    open(twice);
    end(twice);
    end(twice);
    expect(await twice.broken()).toEqual(['session-ended-twice']);
  });
});

describe('assignments', () => {
  const start = (told: Story) =>
    told.ask('onetouch_start_auth', { username: 'ann' }, 200, {
      body: { assignmentid: 'x' },
      log: ['transaction.opened'],
    });
  const poll = (told: Story, status: string) =>
    told.ask('onetouch_check_auth', { assignmentid: 'x' }, 200, { body: { status } });
  const answer = (told: Story, decision: string, outcome: string) =>
    told.ask('device/answer', { assignment: 'x', decision }, 200, { body: { outcome }, log: [`push.${outcome}`] });

  it('finds an end that changed, and one that was taken back', async () => {
    const changed = story();
    start(changed);
    answer(changed, 'approve', 'approved');
    poll(changed, 'ERROR');
    expect(await changed.broken()).toEqual(['end-changed']);
    const back = story();
    start(back);
    poll(back, 'ERROR');
    poll(back, 'PENDING');
    expect(await back.broken()).toEqual(['end-changed']);
  });

  it('finds two answers that were both taken', async () => {
    const told = story();
    start(told);
    answer(told, 'approve', 'approved');
    answer(told, 'approve', 'approved');
    expect(await told.broken()).toEqual(['end-changed']);
  });

  it('finds a confirmation that no device gave', async () => {
    const told = story();
    start(told);
    poll(told, 'CONFIRMED');
    expect(await told.broken()).toEqual(['end-unfounded']);
  });

  it('finds one that was forgotten', async () => {
    const told = story();
    start(told);
    told.ask('onetouch_check_auth', { assignmentid: 'x' }, 403);
    expect(await told.broken()).toEqual(['lost']);
  });
});

describe('the log', () => {
  const whole = () => {
    const told = story();
    for (const counter of [0, 1, 2]) tries(told, code(counter), 200);
    return told;
  };

  it.each<[string, (lines: string[]) => readonly string[]]>([
    ['an entry that was changed', (lines) => lines.map((line) => line.replace('"seq":2,', '"seq":2,"x":1,'))],
    ['an entry that was taken out', ([first = '', , ...rest]) => [first, ...rest]],
    ['two entries that changed places', ([a = '', b = '', ...rest]) => [b, a, ...rest]],
    ['a hash that was changed', (lines) => lines.map((line) => line.replace(/"hash":"./, '"hash":"x'))],
    ['a signature that is wrong', (lines) => lines.map((line) => line.replace('"at":5,', '"at":6,'))],
    ['a signature by another key', (lines) => lines.map((line) => line.replace('"key-1.', '"key-2.'))],
    ['signatures that are missing', (lines) => lines.slice(0, -1)],
  ])('finds %s', async (_, tamper) => {
    expect(await whole().broken()).toEqual([]);
    expect(await whole().broken(tamper)).toContain('chain');
  });

  it('finds an end that was cut off, by what was acknowledged', async () => {
    expect(await whole().broken((lines) => lines.slice(0, 2))).toContain('lost');
  });
});
