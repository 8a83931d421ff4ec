import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Simulated } from '../../src/compose-simulators.ts';
import type { KindName, OrderKind } from './sign-in-site.ts';
import { activate, astrid, press, type Visit } from './sign-in-stage.ts';

/** How the person signs in by one kind of authenticator. */
interface Way {
  /** What verifyUser calls it. */
  readonly method: string;
  /** From the page as it opens to the way out. */
  walk(visit: Visit): Promise<void>;
}

/** How an order is begun and answered. */
export interface OrderWay {
  readonly method: string;
  /** The service behind it. */
  readonly service: Simulated;
  /** Asks for an order, on the page before one or after one that ended. */
  ask(visit: Visit, button?: string): Promise<void>;
  /** Until the page shows that there is one. */
  shown(visit: Visit): Promise<void>;
  /** What the page says of each ending. */
  readonly endings: Readonly<Record<'cancel' | 'expire' | 'late' | 'down', string>>;
}

/** Types into a field. */
export const type = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

const niasEndings = {
  cancel: 'You cancelled in Net iD Access.',
  expire: 'It took too long. Try again with Net iD Access at hand.',
  late: 'It took too long. Try again with Net iD Access at hand.',
  down: 'Something went wrong here or with Net iD Access. Try again.',
};

/** Of every kind with an order. */
export const orderWays: Readonly<Record<OrderKind, OrderWay>> = {
  'nias-other': {
    method: 'netid',
    service: 'netid',
    endings: niasEndings,
    async ask({ page }, button = 'Continue') {
      await type(page, 'Personal identity number', astrid.personalNumber);
      await press(page, button);
    },
    shown: ({ page }) => page.getByText('Open Net iD Access.', { exact: true }).waitFor(),
  },
  'nias-same': {
    method: 'netid',
    service: 'netid',
    endings: niasEndings,
    ask: ({ page }, button = 'Open Net iD Access on this device') => activate(page, button),
    async shown({ page }) {
      const link = page.getByRole('link', { name: 'Open Net iD Access on this device' });
      await link.waitFor();
      expect(await link.getAttribute('href')).toMatch(/^netid:\/\/\/\?autostarttoken=[^&]+&redirect=null$/);
    },
  },
};

/** Asks for an order, and waits until it is there. */
export async function begin(way: OrderWay, visit: Visit, button?: string): Promise<void> {
  await way.ask(visit, button);
  await way.shown(visit);
}

const orders = Object.entries(orderWays).map(([name, way]): [string, Way] => {
  const walk = async (visit: Visit) => {
    await begin(way, visit);
    await visit.act(way.service, 'approve');
  };
  return [name, { method: way.method, walk }];
});

/** Of every kind. */
export const ways = {
  password: {
    method: 'password',
    async walk({ page }) {
      await type(page, 'User name', astrid.username);
      await type(page, 'Password', astrid.password);
      await press(page, 'Sign in');
    },
  },
  ...(Object.fromEntries(orders) as Record<OrderKind, Way>),
} as const satisfies Record<KindName, Way>;
