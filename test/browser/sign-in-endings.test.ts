import { describe, expect, it } from 'vitest';
import {
  activate,
  astrid,
  heading,
  lookInBoth,
  marta,
  press,
  seen,
  sharedStage,
  type Visit,
} from '../support/sign-in-stage.ts';
import { begin, type OrderWay, orderWays, signInByPassword, type } from '../support/sign-in-ways.ts';

const stage = sharedStage();

type Ending = keyof OrderWay['endings'];

/** What brings an order to its end. */
const ends: Readonly<Record<Ending, (way: OrderWay, visit: Visit) => Promise<void>>> = {
  cancel: (way, visit) => way.answer(visit, 'cancel'),
  expire: (way, visit) => way.answer(visit, 'expire'),
  late: (_, { later }) => later(130),
  async down(way, visit) {
    await way.answer(visit, 'cancel');
    await visit.page.getByRole('alert').waitFor();
    if (way.service === undefined) return;
    const { faults, orders, act } = stage().simulatorOf(way.service);
    faults.set('status-503');
    await way.ask(visit, way.again);
    await visit.page
      .getByRole('alert')
      .getByText(way.endings.down ?? '')
      .waitFor();
    // The service may have taken it all the same, and then takes no other of the same person while that is open.
    for (const { ref, isOpen } of orders()) if (isOpen) await act('cancel', ref);
  },
};

describe.each(Object.entries(orderWays))('an order that is not approved, %s', (name, way) => {
  it('says why, and makes way for another, until one is approved', async () => {
    const visit = await stage().visit(`/alone/${name}`);
    const { page } = visit;
    await begin(way, visit);
    await lookInBoth(page, `${name}-waiting`);
    for (const [ending, said] of Object.entries(way.endings) as [Ending, string | RegExp][]) {
      await ends[ending](way, visit);
      await page.getByRole('alert').getByText(said).waitFor();
      await lookInBoth(page, `${name}-${ending}`, ending !== 'cancel');
      if (way.service !== undefined) stage().simulatorOf(way.service).faults.set(undefined);
      await begin(way, visit, way.again);
    }
    await way.answer(visit, 'approve');
    await seen(page, way.method);
  });

  it('is taken back on the page: under the Selector the choice is there again, alone it may begin anew', async () => {
    const visit = await stage().visit('/any/choose');
    const { page } = visit;
    await press(page, name);
    await begin(way, visit);
    await activate(page, 'Cancel');
    await heading(page, 'Sign in');
    const alone = await stage().visit(`/alone/${name}`);
    await begin(way, alone);
    await activate(alone.page, 'Cancel');
    await alone.page.getByText('Cancelled. You can begin again').waitFor();
    await lookInBoth(alone.page, `${name}-taken-back`);
  });
});

describe('a person', () => {
  it('who is identified, and has no account here, is told so', async () => {
    const visit = await stage().visit('/alone/nias-same');
    await begin(orderWays['nias-same'], visit);
    await visit.act('netid', 'approve', { person: '197705232382' });
    await visit.page.getByText('there is no account for you here').waitFor();
    await lookInBoth(visit.page, 'unlinked');
  });

  it('who is another one than was named is sent back to the beginning', async () => {
    const visit = await stage().visit('/then-nias-same/chain-then-nias-same');
    await type(visit.page, 'User name', astrid.username);
    await press(visit.page, 'Continue');
    await begin(orderWays['nias-same'], visit);
    await visit.act('netid', 'approve', { person: marta.personalNumber });
    await visit.page.getByText('This is another person than in the step before.').waitFor();
    await lookInBoth(visit.page, 'other-person');
    await activate(visit.page, 'Continue');
    await heading(visit.page, 'Who are you?');
  });

  it('who is unknown, or has no telephone, gets no code', async () => {
    const { page } = await stage().visit('/lookup-sms/chain-lookup-sms');
    await heading(page, 'Who are you?');
    await lookInBoth(page, 'lookup');
    await type(page, 'User name', 'nobody');
    await press(page, 'Continue');
    await page.getByRole('alert').getByText('That was not right.').waitFor();
    await type(page, 'User name', marta.username);
    await press(page, 'Continue');
    await page.getByRole('alert').getByText('No code could be sent.').waitFor();
    expect(await page.getByLabel('Code').count()).toBe(0);
    await lookInBoth(page, 'code-not-sent');
    await press(page, 'Cancel');
    await heading(page, 'Who are you?');
  });
});

describe('tries', () => {
  const refused = async ({ page }: Visit, label: string, button: string, tries = 3) => {
    for (let left = tries - 1; left >= 0; left -= 1) {
      await type(page, label, '000000');
      await press(page, button);
      await page.getByText(left === 0 ? 'there are no tries left' : `Tries left: ${left}`).waitFor();
    }
    await heading(page, 'It did not work');
    await press(page, 'Continue');
  };

  it('are used up, of a password: the page begins anew', async () => {
    const visit = await stage().visit('/alone/password');
    const { page } = visit;
    await heading(page, 'Sign in');
    await lookInBoth(page, 'password');
    await type(page, 'User name', astrid.username);
    await refused(visit, 'Password', 'Sign in');
    await heading(page, 'Sign in');
    await signInByPassword(visit);
    await seen(page, 'password');
  });

  it('are used up, of a name: the Chain begins anew', async () => {
    const visit = await stage().visit('/lookup-password/chain-lookup-password');
    await refused(visit, 'User name', 'Continue');
    await heading(visit.page, 'Who are you?');
  });

  it('are used up, of a code: the Chain begins anew', async () => {
    const visit = await stage().visit('/password-code/chain-password-code');
    await signInByPassword(visit);
    await heading(visit.page, 'Type the code');
    await lookInBoth(visit.page, 'code');
    await refused(visit, 'Code', 'Continue');
    await visit.page.getByLabel('User name').waitFor();
  });
});
