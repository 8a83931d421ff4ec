import { expect } from 'vitest';
import { createAuthenticator } from './passkey-authenticator.ts';
import { simpleConfig, startTestServer } from './server.ts';
import { type SignInBrowser, signInBrowser } from './sign-in-browser.ts';

const base = { tenant: 't1', base_path: '/in' };
const out = { success_location: 'https://app.example.org/', token_delivery: 'query' };
const people = { wgretzky: { password: 'right' }, mlemieux: { password: 'other' } };
/** A passkey alone; after a password, where one is made if there is none; optional, where one more is made; after a look-up. */
export const passkeyAuthenticators: readonly { readonly id: string; readonly type: string; readonly config: object }[] =
  [
    { id: 'key', type: 'Passkey', config: { tenant: 't1', context_path: '/key', ...out } },
    { id: 'strong', type: 'Chain', config: { ...base, ...out, chain: [{ id: 'password' }, { id: 'second' }] } },
    { id: 'password', type: 'UserNameAndPassword', config: base },
    { id: 'second', type: 'Passkey', config: { ...base, enroll: 'missing' } },
    {
      id: 'more',
      type: 'Chain',
      config: { ...base, ...out, base_path: '/m', chain: [{ id: 'first' }, { id: 'another', required: false }] },
    },
    { id: 'first', type: 'UserNameAndPassword', config: { ...base, base_path: '/m' } },
    { id: 'another', type: 'Passkey', config: { ...base, base_path: '/m', enroll: 'always' } },
    {
      id: 'named',
      type: 'Chain',
      config: { ...base, ...out, base_path: '/n', chain: [{ id: 'who' }, { id: 'it' }] },
    },
    { id: 'who', type: 'UserLookup', config: { ...base, base_path: '/n' } },
    { id: 'it', type: 'Passkey', config: { ...base, base_path: '/n', enroll: 'missing' } },
  ];
/** Two people, and the authenticators. */
export const passkeyConfig = simpleConfig(people, {
  tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
  authenticators: passkeyAuthenticators,
});

interface Options {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: object;
  readonly user?: { readonly id: string; readonly name: string };
  readonly allowCredentials?: readonly { readonly id: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
}

/** A server with them, and what browsers do there. It ends with the test. */
export async function passkeyScene(more: object = {}) {
  const server = await startTestServer({ ...passkeyConfig, ...more });
  const url = server.url.replace('127.0.0.1', 'localhost');
  const browser = () => signInBrowser(url);
  const options = async ({ say }: SignInBrowser, path: string) => {
    const { body } = await say(path, { type: 'options' });
    return body.data['options'] as Options;
  };
  /** Password first; the browser is then at what follows it. */
  const proved = async (chain: string, password: string, next: string, who = 'wgretzky') => {
    const one = browser();
    await one.open(chain);
    await one.say(password, {
      type: 'start',
      data: { identifier: who, password: who === 'wgretzky' ? 'right' : 'other' },
    });
    expect((await one.open(chain)).location).toBe(next);
    return one;
  };
  const register = async (by: SignInBrowser, path: string, key = createAuthenticator(url), says: object = {}) => {
    const { challenge, user } = await options(by, path);
    const attestation = JSON.parse(key.create({ challenge, userHandle: user?.id, ...says }));
    const answer = await by.say(path, { type: 'registration', data: { attestation } });
    return { key, answer, handle: user?.id ?? '' };
  };
  /** A person with a passkey. */
  const enrolled = async (who = 'wgretzky') =>
    register(await proved('/in/strong', '/in/password', '/in/second', who), '/in/second');
  const verify = (by: SignInBrowser, path: string, assertion: string) =>
    by.say(path, { type: 'verification', data: { assertion: JSON.parse(assertion) } });
  const verified = async (location: unknown) => {
    const access_token = new URL(String(location)).searchParams.get('access_token');
    return (await server.put('verifyUser', { access_token })).body;
  };
  const told = async (name: string) => (await server.events()).filter(({ event }) => event === name);
  return { server, url, browser, options, proved, register, enrolled, verify, verified, told };
}

/** The answer to a passkey that proved nothing. */
export const unauthorized = (text = 'passkey.refused') => ({
  success: true,
  type: 'failure',
  status: 'UNAUTHORIZED',
  data: { message: { text } },
});
