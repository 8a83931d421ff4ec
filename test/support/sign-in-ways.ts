import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Simulated } from '../../src/compose-simulators.ts';
import type { KindName, OrderKind } from './sign-in-site.ts';
import { activate, astrid, heading, press, seen, type Visit } from './sign-in-stage.ts';

/** How the person signs in by one kind of authenticator. */
interface Way {
  /** What verifyUser calls it. */
  readonly method: string;
  /** What the person has to have before. */
  prepare?(visit: Visit): Promise<void>;
  /** From the page as it opens to the way out. */
  walk(visit: Visit): Promise<void>;
}

/** How an order is begun and answered. */
export interface OrderWay {
  readonly method: string;
  /** The service behind it; none behind our own app. */
  readonly service?: Simulated;
  /** Asks for an order, on the page before one or, by the button of this name, after one that ended. */
  ask(visit: Visit, button?: string): Promise<void>;
  /** Until the page shows that there is one. */
  shown(visit: Visit): Promise<void>;
  /** What the person does in the app, and coming back to the page. */
  answer(visit: Visit, how: 'approve' | 'cancel' | 'expire'): Promise<void>;
  /** Button that begins another one. */
  readonly again: string;
  /** What the page says of each ending that there is. `late`: the page has waited long enough; `down`: the service is away. */
  readonly endings: Readonly<Partial<Record<'cancel' | 'expire' | 'late' | 'down', string | RegExp>>>;
}

/** Types into a field. */
export const type = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

/** Asks for an order, and waits until it is there. */
export async function begin(way: OrderWay, visit: Visit, button?: string): Promise<void> {
  await way.ask(visit, button);
  await way.shown(visit);
}

const tooLong = (app: string) => `It took too long. Try again with ${app} at hand.`;

function simulatedBy(service: Simulated, app: string) {
  // No line ends within a name, so what stands between its words is another blank.
  const name = app.replaceAll(' ', '\\s');
  return {
    method: service,
    service,
    answer: ({ act }: Visit, how: string) => act(service, how),
    endings: {
      cancel: `You cancelled in ${app}.`,
      expire: tooLong(app),
      late: tooLong(app),
      down: new RegExp(`${name} does not answer just now|${name} cannot be used just now|wrong here or with ${name}`),
    },
  } as const;
}

const byCode = (app: string) => ({
  again: 'Show a new code',
  // The page begins by itself, so that nothing has to be pressed.
  ask: async ({ page }: Visit, button?: string) => void (button !== undefined && (await press(page, button))),
  shown: ({ page }: Visit) => page.getByRole('img', { name: `QR code to scan with ${app}` }).waitFor(),
});

const byLink = (app: string, link: RegExp) => ({
  again: 'Try again',
  ask: ({ page }: Visit, button = `Open ${app} on this device`) => activate(page, button),
  async shown({ page }: Visit) {
    const opener = page.getByRole('link', { name: `Open ${app} on this device` });
    await opener.waitFor();
    expect(await opener.getAttribute('href')).toMatch(link);
  },
});

const byNumber = (label: string, first: string) => ({
  again: 'Try again',
  async ask({ page }: Visit, button = 'Continue') {
    await type(page, label, astrid.personalNumber);
    await press(page, button);
  },
  shown: ({ page }: Visit) => page.getByText(first, { exact: true }).waitFor(),
});

/** Of every kind with an order. */
export const orderWays: Readonly<Record<OrderKind, OrderWay>> = {
  'nias-other': {
    ...simulatedBy('netid', 'Net iD Access'),
    ...byNumber('Personal identity number', 'Open Net iD Access.'),
  },
  'nias-same': {
    ...simulatedBy('netid', 'Net iD Access'),
    ...byLink('Net iD Access', /^netid:\/\/\/\?autostarttoken=[^&]+&redirect=null$/),
  },
  'bankid-other': { ...simulatedBy('bankid', 'BankID'), ...byCode('BankID') },
  'bankid-same': {
    ...simulatedBy('bankid', 'BankID'),
    ...byLink('BankID', /^bankid:\/\/\/\?autostarttoken=[^&]+/),
    async answer({ page, act, lastCall }, how) {
      const { returnUrl } = JSON.parse(lastCall('bankid', '/auth'));
      await act('bankid', how);
      if (how === 'approve') await page.goto(String(returnUrl));
    },
  },
  'freja-other': {
    ...simulatedBy('freja', 'Freja'),
    ...byNumber('Personal identity number, e-mail address or phone number', 'Open Freja on your phone.'),
  },
  'freja-code': { ...simulatedBy('freja', 'Freja'), ...byCode('Freja') },
  phone: {
    method: 'onetouch',
    again: 'Try again',
    async ask({ page }, button = 'Continue') {
      await heading(page, 'Approve on your phone');
      const name = page.getByLabel('User name');
      if ((await name.count()) > 0) await name.fill(astrid.username);
      await press(page, button);
    },
    shown: ({ page }) => page.getByText('Type this number on the phone').waitFor(),
    async answer({ page, phone, later }, how) {
      const number = (await page.locator('.number strong').textContent()) ?? '';
      await phone.answer(await phone.open(), how === 'approve' ? 'approve' : 'reject', { number });
      await later(1);
    },
    endings: { cancel: 'The request was rejected on the phone.', late: tooLong('the phone') },
  },
};

const orders = Object.entries(orderWays).map(([name, way]): [string, Way] => {
  const walk = async (visit: Visit) => {
    await begin(way, visit);
    await way.answer(visit, 'approve');
  };
  return [name, { method: way.method, walk }];
});

/** By the password, which comes first: a page before this one may ask for a user name too. */
export async function signInByPassword({ page }: Visit): Promise<void> {
  await type(page, 'Password', astrid.password);
  await type(page, 'User name', astrid.username);
  await press(page, 'Sign in');
}

/** Of every kind. */
export const ways: Readonly<Record<KindName, Way>> = {
  password: { method: 'password', walk: signInByPassword },
  ...(Object.fromEntries(orders) as Record<OrderKind, Way>),
  passkey: {
    method: 'passkey',
    async prepare(visit) {
      const { page, path, go } = visit;
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      const device = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
      const options = { protocol: 'ctap2', transport: 'internal', ...device } as const;
      await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
      await go('/password-passkey/chain-password-passkey');
      await signInByPassword(visit);
      await press(page, 'Make a passkey');
      await seen(page, 'password');
      await page.context().clearCookies();
      await go(path);
    },
    walk: ({ page }) => press(page, 'Use a passkey'),
  },
};
