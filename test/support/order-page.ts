import type { TestServer } from './server.ts';
import { type SignInBrowser, signInBrowser, type Told } from './sign-in-browser.ts';

/** Where an application waits for whoever was signed in. */
export const application = 'https://app.example.org/signed-in';

/** What a sign-in page that stands alone is configured with. */
export const aloneAt = (path: string) => ({
  tenant: 't1',
  context_path: path,
  success_location: application,
  token_delivery: 'query',
});

/** A page with an order, in a browser of its own. */
export interface OrderPage {
  readonly browser: SignInBrowser;
  /** Says something; tells what was answered. */
  say(type: string, data?: object): Promise<Told['body']>;
  /** Asks how it stands, after the time in which a service is not asked again. */
  poll(data?: object): Promise<Told['body']>;
  /** Events of the page since it was opened, with their reason or the person. */
  noted(): Promise<readonly string[]>;
}

/** Opens the page at this path, after a time in which whatever an earlier test has left has lapsed. */
export async function openOrderPage(
  server: TestServer,
  path: string,
  { userAgent, afterSeconds = 700 }: { readonly userAgent?: string; readonly afterSeconds?: number } = {},
): Promise<OrderPage> {
  server.pass(afterSeconds);
  const browser = signInBrowser(server.url, userAgent);
  await browser.open(path);
  const before = (await server.events()).length;
  const say: OrderPage['say'] = async (type, data = {}) => (await browser.say(path, { type, data })).body;
  return {
    browser,
    say,
    poll(data) {
      server.pass(2);
      return say('state', data);
    },
    async noted() {
      const events = (await server.events()).slice(before);
      const own = events.filter(({ event }) => String(event).startsWith('WEB_'));
      return own.map(({ event, reason, user }) =>
        [event, reason ?? user].filter((part) => part !== undefined).join(' '),
      );
    },
  };
}

/** Events that hold this text anywhere: nobody’s number may stand in one. */
export async function named({ events }: TestServer, text: string): Promise<readonly unknown[]> {
  return (await events()).filter((event) => JSON.stringify(event).includes(text)).map(({ event }) => event);
}

/** Whom the application is told of, by the access token that it gets with this answer, or at this address. */
export async function signedIn({ put }: TestServer, way: Told['body'] | string | null) {
  const location = typeof way === 'string' ? way : way?.data['location'];
  const access_token = new URL(String(location)).searchParams.get('access_token') ?? '';
  const { status, body } = await put('verifyUser', { access_token });
  return { status, userid: body?.['userid'], auth_method: body?.['auth_method'] };
}
