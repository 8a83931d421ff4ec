import { describe, expect, it } from 'vitest';
import { activate, astrid, heading, press, seen, sharedStage, type Visit } from '../support/sign-in-stage.ts';
import { begin, orderWays, signInByPassword, type } from '../support/sign-in-ways.ts';

const stage = sharedStage();

/** A browser at the choice of a code, after the name of the person. */
async function named(): Promise<Visit> {
  const visit = await stage().visit('/steps/chain-steps');
  await press(visit.page, 'lookup');
  await heading(visit.page, 'Who are you?');
  await type(visit.page, 'User name', astrid.username);
  await press(visit.page, 'Continue');
  return visit;
}

const codes = {
  sms: { said: 'A code has been sent to your phone.', read: async ({ sentCode }: Visit) => sentCode() },
  mail: { said: 'A code has been sent to you by mail.', read: async ({ sentCode }: Visit) => sentCode() },
  token: { said: 'The code that your token or app shows now.', read: ({ tokenCode }: Visit) => tokenCode() },
} as const;

async function typeCode(visit: Visit, name: keyof typeof codes) {
  const { said, read } = codes[name];
  await press(visit.page, name);
  await visit.page.getByText(said).waitFor();
  await type(visit.page, 'Code', await read(visit));
  await press(visit.page, 'Continue');
}

describe('the application sees who chose, under two Selectors in a Chain,', () => {
  it.each(['sms', 'mail', 'token'] as const)('to be looked up, and the code by %s', async (name) => {
    const visit = await named();
    await typeCode(visit, name);
    await seen(visit.page, 'otp');
    expect(visit.page.url()).toBe(`${stage().url}/`);
    expect(visit.complaints).toEqual([]);
  });

  it('the password, and the code of a token', async () => {
    const visit = await stage().visit('/steps/chain-steps');
    await press(visit.page, 'password');
    await signInByPassword(visit);
    await typeCode(visit, 'token');
    await seen(visit.page, 'password+otp');
    expect(visit.complaints).toEqual([]);
  });

  it('another code than the one before, after a wrong one', async () => {
    const visit = await named();
    const { page } = visit;
    await press(page, 'sms');
    await page.getByText(codes.sms.said).waitFor();
    await type(page, 'Code', '000');
    await press(page, 'Continue');
    await page.getByText('Tries left: 2').waitFor();
    await press(page, 'Cancel');
    await press(page, 'lookup');
    await type(page, 'User name', astrid.username);
    await press(page, 'Continue');
    await typeCode(visit, 'token');
    await seen(page, 'otp');
  });

  it('to be looked up after a look-up that found nobody was cancelled', async () => {
    const visit = await stage().visit('/steps/chain-steps');
    const { page } = visit;
    await press(page, 'lookup');
    await type(page, 'User name', 'nobody');
    await press(page, 'Continue');
    await page.getByRole('alert').getByText('That was not right.').waitFor();
    await press(page, 'Cancel');
    await press(page, 'lookup');
    await type(page, 'User name', astrid.username);
    await press(page, 'Continue');
    await typeCode(visit, 'mail');
    await seen(page, 'otp');
  });
});

describe('BankID’s code', () => {
  const way = orderWays['bankid-other'];
  const asked = () =>
    stage()
      .simulatorOf('bankid')
      .calls.filter(({ path }) => path.endsWith('/auth')).length;
  /** Until the page has come so far. It asks by itself; no time passes meanwhile. */
  const until = (reached: () => Promise<boolean>) => expect.poll(reached, { timeout: 60_000 }).toBe(true);

  it('goes on with another order when no app has taken the first, and that one signs in', async () => {
    const visit = await stage().visit('/alone/bankid-renewed');
    const { page } = visit;
    await begin(way, visit);
    const picture = page.getByRole('img', { name: 'QR code to scan with BankID' });
    const [before, first] = [asked(), await picture.getAttribute('src')];
    await visit.later(30);
    await until(async () => asked() > before);
    await until(async () => (await picture.getAttribute('src')) !== first);
    expect(asked()).toBe(before + 1);
    expect(await page.getByRole('alert').count()).toBe(0);
    await way.answer(visit, 'approve');
    await seen(page, 'bankid');
    expect(visit.complaints).toEqual([]);
  });

  it('ends when the last order was taken by no app either, and a new one is shown when it is asked for', async () => {
    const visit = await stage().visit('/alone/bankid-renewed');
    const { page } = visit;
    await begin(way, visit);
    const before = asked();
    await visit.later(30);
    await until(async () => asked() > before);
    await visit.later(30);
    await until(async () => (await page.getByRole('alert').count()) > 0);
    expect(asked()).toBe(before + 1);
    await activate(page, way.again);
    await way.shown(visit);
    await way.answer(visit, 'approve');
    await seen(page, 'bankid');
  });
});
