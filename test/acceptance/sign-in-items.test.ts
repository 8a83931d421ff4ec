import { describe, expect, it } from 'vitest';
import { sharedServer, simpleConfig } from '../support/server.ts';
import { type SignInBrowser, signInBrowser } from '../support/sign-in-browser.ts';

const out = { success_location: 'https://app.example.org/', failure_location: '/failed', token_delivery: 'query' };

/** A chain of these at a path of its own; each item is a password, with a single try, below it. */
const row = (name: string, items: readonly object[], more: object = {}) => {
  const base = { tenant: 't1', base_path: `/${name}` };
  const chain = items.map((item, index) => ({ id: `${name}-${index + 1}`, ...item }));
  const config = { ...base, allowed_retries: 0 };
  return [
    { id: `${name}-all`, type: 'Chain', config: { ...base, ...out, chain, ...more } },
    ...chain.map(({ id }) => ({ id, type: 'UserNameAndPassword', config })),
  ];
};
const people = { wgretzky: { password: 'right' } };
const server = sharedServer(
  simpleConfig(people, {
    realms: { default: { directories: [{ type: 'built-in', people }], attempts: { limit: 50 } } },
    authenticators: [
      ...row('ordered', [{ order: 2 }, { order: 1 }]),
      ...row('unordered', [{ order: 2 }, {}]),
      ...row('through', [{}, {}]),
      ...row('halting', [{}, {}], { proceed_on_error: false }),
      ...row('optional', [{ required: false }, {}], { proceed_on_error: false }),
      ...row('nobody', [{ required: false }, { required: false }]),
      ...row('subjectless', [{ required: false }], { require_subject: false }),
    ],
  }),
);

const say = (browser: SignInBrowser, id: string, password: string) =>
  browser.say(id, { type: 'start', data: { identifier: 'wgretzky', password } });

/** A browser at the chain of this name, and where that leads. */
async function at(name: string) {
  const browser = signInBrowser(server().url);
  const next = async () => (await browser.open(`/${name}/${name}-all`)).location;
  return { browser, next, first: await next() };
}

describe('the items of a chain', () => {
  it('are gone through by their order, where every one has one', async () => {
    expect((await at('ordered')).first).toBe('/ordered/ordered-2');
    expect((await at('unordered')).first).toBe('/unordered/unordered-1');
  });

  it('are all gone through before a failure, which then is one', async () => {
    const { browser, next } = await at('through');
    const { body } = await say(browser, '/through/through-1', 'wrong');
    expect(body.data).toMatchObject({ message: { text: 'common.no_tries_left' }, location: '/through/through-all' });
    expect(await next()).toBe('/through/through-2');
    await say(browser, '/through/through-2', 'right');
    expect(await next()).toBe('/failed');
  });

  it('end with the first failure, where the chain does not proceed', async () => {
    const { browser } = await at('halting');
    expect((await say(browser, '/halting/halting-1', 'wrong')).body.data['location']).toBe('/failed');
    expect((await browser.say('/halting/halting-2', { type: 'state' })).status).toBe(403);
  });

  it('may fail where they are optional', async () => {
    const { browser, next } = await at('optional');
    await say(browser, '/optional/optional-1', 'wrong');
    expect(await next()).toBe('/optional/optional-2');
    await say(browser, '/optional/optional-2', 'right');
    expect(await next()).toMatch(/^https:\/\/app\.example\.org\/\?access_token=/);
  });

  it('have no further tries once they have failed', async () => {
    const { browser, next } = await at('through');
    await say(browser, '/through/through-1', 'wrong');
    await next();
    const { body } = await say(browser, '/through/through-1', 'right');
    expect(body).toMatchObject({ type: 'failure', data: { location: '/through/through-all' } });
    await say(browser, '/through/through-2', 'right');
    expect(await next()).toBe('/failed');
  });

  it('sign in nobody when all have failed, whatever the chain says of subjects', async () => {
    const { browser, next } = await at('nobody');
    for (const id of ['/nobody/nobody-1', '/nobody/nobody-2']) {
      await say(browser, id, 'wrong');
      if (id.endsWith('1')) expect(await next()).toBe('/nobody/nobody-2');
    }
    expect(await next()).toBe('/failed');
    const alone = await at('subjectless');
    await say(alone.browser, '/subjectless/subjectless-1', 'wrong');
    expect(await alone.next()).toBe('/failed');
  });
});
