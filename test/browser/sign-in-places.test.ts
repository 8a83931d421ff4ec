import { describe, expect, it } from 'vitest';
import { activate, astrid, heading, press, seen, sharedStage } from '../support/sign-in-stage.ts';
import { begin, orderWays, signInByPassword, type } from '../support/sign-in-ways.ts';

const stage = sharedStage();
const { 'nias-other': card, 'bankid-other': code, 'bankid-same': link } = orderWays;
const orders = (name: 'netid' | 'bankid') => stage().simulatorOf(name).orders().length;

describe('an order that is under way', () => {
  it('is the same after a reload, and in a second tab', async () => {
    const visit = await stage().visit('/alone/nias-other');
    const { page } = visit;
    await begin(card, visit);
    const before = orders('netid');
    await page.reload();
    await card.shown(visit);
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.getByText('Open Net iD Access.', { exact: true }).waitFor();
    expect(orders('netid')).toBe(before);
    await second.close();
    await card.answer(visit, 'approve');
    await seen(page, 'netid');
  });

  it('that is taken back in one tab has ended in the other', async () => {
    const visit = await stage().visit('/alone/nias-other');
    const { page } = visit;
    await begin(card, visit);
    const second = await page.context().newPage();
    await second.goto(page.url());
    await press(second, 'Cancel');
    await second.getByText('Cancelled. You can begin again').waitFor();
    await page.getByLabel('Personal identity number').waitFor();
  });

  it('is left by the back button, and another way is chosen', async () => {
    const visit = await stage().visit('/any/choose');
    const { page } = visit;
    await press(page, 'bankid-other');
    await begin(code, visit);
    await page.goBack();
    await press(page, 'password');
    await signInByPassword(visit);
    await seen(page, 'password');
  });

  it('says how long is left, from the server’s clock', async () => {
    const visit = await stage().visit('/alone/nias-other');
    const { page, later } = visit;
    await begin(card, visit);
    await page
      .getByRole('timer')
      .getByText(/^Time left: [12]:\d\d$/)
      .waitFor();
    await later(40);
    await page
      .getByRole('timer')
      .getByText(/^Time left: (1:20|1:1\d)$/)
      .waitFor();
  });

  it('is waited for while the network is away', async () => {
    const visit = await stage().visit('/alone/nias-other');
    const { page } = visit;
    await begin(card, visit);
    await page.context().setOffline(true);
    await page.getByText('There is no answer from the server.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('There is no answer from the server.').waitFor({ state: 'detached' });
    await card.answer(visit, 'approve');
    await seen(page, 'netid');
  });

  it('leads back from BankID in a new tab, which goes on to the application', async () => {
    const visit = await stage().visit('/alone/bankid-same');
    await begin(link, visit);
    // Seen to fail while hidden pages went on as well: this one was the first, and the other began anew.
    const hidden = "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })";
    await visit.page.evaluate(hidden);
    const { returnUrl } = JSON.parse(visit.lastCall('bankid', '/auth'));
    await visit.act('bankid', 'approve');
    const back = await visit.page.context().newPage();
    await back.goto(String(returnUrl));
    await seen(back, 'bankid');
  });
});

describe('a sign-in that is over', () => {
  it('is not done once more by the back button', async () => {
    const visit = await stage().visit('/alone/password');
    await signInByPassword(visit);
    await seen(visit.page, 'password');
    await visit.page.goBack();
    await heading(visit.page, 'Sign in');
    await visit.page.goto(stage().url);
    await seen(visit.page, 'password');
  });
});

describe('a slow network', () => {
  it('has what was pressed twice sent once', async () => {
    const visit = await stage().visit('/alone/password');
    const { page } = visit;
    const starts: string[] = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('"start"')) starts.push(request.url());
    });
    await type(page, 'User name', astrid.username);
    await type(page, 'Password', astrid.password);
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    const slow = { offline: false, latency: 1500, downloadThroughput: 20_000, uploadThroughput: 20_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    await activate(page, 'Sign in');
    await page.locator('[aria-busy=true]').waitFor();
    await activate(page, 'Sign in');
    await seen(page, 'password');
    expect(starts).toHaveLength(1);
  });
});

describe('script in a field', () => {
  const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';

  it.each([
    ['password', 'User name', 'Sign in'],
    ['nias-other', 'Personal identity number', 'Continue'],
    ['freja-other', 'Personal identity number, e-mail address or phone number', 'Continue'],
    ['phone', 'User name', 'Continue'],
  ])('is text and nothing else: %s', async (name, label, button) => {
    const { page, complaints } = await stage().visit(`/alone/${name}`);
    const before = await page.locator('h1').textContent();
    await type(page, label, evil);
    if (name === 'password') await type(page, 'Password', evil);
    await press(page, button);
    await page
      .getByText(/not right|cannot be right|twelve digits|does not know|this number|Type this number/)
      .waitFor();
    expect(await page.title()).toContain(before ?? '');
    expect(await page.locator('main img[src=x]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('a sign-in that has failed', () => {
  it.each([
    ['common.not_signed_in', /^Nobody was signed in\./],
    ['common.person_locked', /^You have shown who you are, but your account is locked/],
    ['<b>anything</b>', /^Nobody was signed in\./],
  ])('says so on a page of its own, and leads back to the beginning: %s', async (why, text) => {
    const { page, complaints } = await stage().visit('/alone/password');
    await page.goto(`${new URL(page.url()).origin}/alone/password/failed#${why}`);
    await heading(page, 'It did not work');
    await page.getByText(text).waitFor();
    await page.getByRole('link', { name: 'Start over', exact: true }).click();
    await heading(page, 'Sign in');
    expect(complaints).toEqual([]);
  });
});
