import { describe, expect, it } from 'vitest';
import { activate, astrid, heading, press, seen, sharedStage, type Visit } from '../support/sign-in-stage.ts';
import { signInByPassword, type, ways } from '../support/sign-in-ways.ts';

const stage = sharedStage();

async function lookUp({ page }: Visit) {
  await heading(page, 'Who are you?');
  await type(page, 'User name', astrid.username);
  await press(page, 'Continue');
}

describe.each(Object.entries(ways))('the application sees who signed in by %s', (name, { method, walk, prepare }) => {
  it('alone', async () => {
    const visit = await stage().visit(`/alone/${name}`);
    await prepare?.(visit);
    await walk(visit);
    await seen(visit.page, method);
    expect(visit.page.url()).toBe(`${stage().url}/`);
    await activate(visit.page, 'Sign out');
    await visit.page.waitForURL(`**/alone/${name}?*`);
    expect(visit.complaints).toEqual([]);
  });

  it('under the Selector', async () => {
    const visit = await stage().visit('/any/choose');
    await prepare?.(visit);
    await press(visit.page, name);
    await walk(visit);
    await seen(visit.page, method);
    expect(visit.complaints).toEqual([]);
  });

  it('in a Chain of two', async () => {
    const visit = await stage().visit(`/then-${name}/chain-then-${name}`);
    await prepare?.(visit);
    await lookUp(visit);
    await walk(visit);
    await seen(visit.page, method);
    expect(visit.complaints).toEqual([]);
  });
});

describe('the application sees who went through a Chain', () => {
  it('of a password, and the code of a token', async () => {
    const visit = await stage().visit('/password-code/chain-password-code');
    await signInByPassword(visit);
    await visit.page.getByText('The code that your token or app shows now.').waitFor();
    await type(visit.page, 'Code', await visit.tokenCode());
    await press(visit.page, 'Continue');
    await seen(visit.page, 'password+otp');
  });

  it.each([
    ['lookup-sms', 'A code has been sent to your phone.'],
    ['lookup-mail', 'A code has been sent to you by mail.'],
  ])('of a name, and a code that is sent: %s', async (name, said) => {
    const visit = await stage().visit(`/${name}/chain-${name}`);
    await lookUp(visit);
    await visit.page.getByText(said).waitFor();
    await type(visit.page, 'Code', visit.sentCode());
    await press(visit.page, 'Continue');
    await seen(visit.page, 'otp');
  });
});
