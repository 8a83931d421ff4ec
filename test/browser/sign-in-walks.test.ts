import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { KindName } from '../support/sign-in-site.ts';
import { astrid, heading, press, seen, sharedStage, signOut, type Visit } from '../support/sign-in-stage.ts';

const stage = sharedStage();

const type = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

/** How the person signs in by each kind, from its page to the way out; and what verifyUser calls it. */
const ways: Readonly<Record<KindName, { readonly method: string; walk(visit: Visit): Promise<void> }>> = {
  password: {
    method: 'password',
    async walk({ page }) {
      await type(page, 'User name', astrid.username);
      await type(page, 'Password', astrid.password);
      await press(page, 'Sign in');
    },
  },
  'nias-other': {
    method: 'netid',
    async walk({ page, act }) {
      await type(page, 'Personal identity number', astrid.personalNumber);
      await press(page, 'Continue');
      await page.getByText('Open Net iD Access.', { exact: true }).waitFor();
      await act('netid', 'approve');
    },
  },
  'nias-same': {
    method: 'netid',
    async walk({ page, act }) {
      await press(page, 'Open Net iD Access on this device');
      const link = page.getByRole('link', { name: 'Open Net iD Access on this device' });
      await link.waitFor();
      expect(await link.getAttribute('href')).toMatch(/^netid:\/\/\/\?autostarttoken=[^&]+&redirect=null$/);
      await act('netid', 'approve');
    },
  },
};

async function lookUp({ page }: Visit) {
  await heading(page, 'Who are you?');
  await type(page, 'User name', astrid.username);
  await press(page, 'Continue');
}

describe.each(Object.entries(ways))('%s', (name, { method, walk }) => {
  it('alone', async () => {
    const visit = await stage().visit(`/alone/${name}`);
    await walk(visit);
    await seen(visit.page, method);
    expect(visit.page.url()).toBe(`${stage().url}/`);
    await signOut(visit.page);
    await visit.page.waitForURL(`**/alone/${name}`);
    expect(visit.complaints).toEqual([]);
  });

  it('under the Selector', async () => {
    const visit = await stage().visit('/any/choose');
    await press(visit.page, name);
    await walk(visit);
    await seen(visit.page, method);
    expect(visit.complaints).toEqual([]);
  });

  it('in a Chain of two', async () => {
    const visit = await stage().visit(`/then-${name}/chain-then-${name}`);
    await lookUp(visit);
    await walk(visit);
    await seen(visit.page, method);
    expect(visit.complaints).toEqual([]);
  });
});

describe('in a Chain of two', () => {
  it('password, then the code of a token', async () => {
    const visit = await stage().visit('/password-code/chain-password-code');
    await ways.password.walk(visit);
    await visit.page.getByText('The code that your token or app shows now.').waitFor();
    await type(visit.page, 'Code', await visit.tokenCode());
    await press(visit.page, 'Continue');
    await seen(visit.page, 'password+otp');
  });

  it.each([
    ['lookup-sms', 'A code has been sent to your phone.'],
    ['lookup-mail', 'A code has been sent to you by mail.'],
  ])('a name, then a code that is sent: %s', async (name, said) => {
    const visit = await stage().visit(`/${name}/chain-${name}`);
    await lookUp(visit);
    await visit.page.getByText(said).waitFor();
    await type(visit.page, 'Code', visit.sentCode());
    await press(visit.page, 'Continue');
    await seen(visit.page, 'otp');
  });
});
