import { describe, expect, it } from 'vitest';
import { flowOf, openBody } from '../../src/authenticators/flow.ts';
import type { Simulated } from '../../src/compose-simulators.ts';
import { testPeople } from '../../src/simulator-kit/people.ts';
import { sharedEidServer } from '../support/eids.ts';
import { aloneAt, type OrderPage, openOrderPage, signedIn } from '../support/order-page.ts';

const [astrid, other] = testPeople;
const kinds = {
  NiasOnOtherDevice: 'netid',
  NiasOnSameDevice: 'netid',
  BidOnOtherDevice: 'bankid',
  FrejaWithUserInput: 'freja',
  FrejaWithQRCode: 'freja',
} as const satisfies Record<string, Simulated>;
type Kind = keyof typeof kinds;
const server = sharedEidServer({
  tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
  authenticators: Object.keys(kinds).map((type) => ({
    id: type,
    type,
    config: {
      ...aloneAt(`/${type}`),
      internal_http_destination: 'default',
      // The simulated app is at another address than the browser.
      ...(type === 'NiasOnSameDevice' && { require_same_address: false }),
    },
  })),
});

/** By what a page knows its order, or the service does. */
async function idOf({ browser }: OrderPage, kind: Kind): Promise<string> {
  const { store, vault } = server().portvakt.ports;
  const key = flowOf({ cookie: [...browser.cookies.values()][0] ?? '', userAgent: 'Test' }, vault);
  const flow = await store.read(key);
  if (flow === undefined) throw new Error('the flow is there');
  return (openBody(flow, key, vault).states[kind] as { readonly id: string }).id;
}

/** A page with an order of this person. */
async function ordered(kind: Kind, { personalNumber }: typeof astrid | typeof other, afterSeconds: number) {
  const page = await openOrderPage(server(), `/${kind}`, { afterSeconds });
  const told = await page.say('start', { identifier: personalNumber });
  expect(told).toMatchObject({ status: 'PENDING' });
  const order = server().newest(kinds[kind]);
  const id = await idOf(page, kind);
  const names = ['authRef', 'auth_ref', 'id', 'order', 'orderRef', 'transaction', 'ref'];
  const claims = [id, order, told.data['autoStartToken']].map((value) =>
    Object.fromEntries(names.map((name) => [name, value])),
  );
  const approve = () => server().act(kinds[kind], 'approve', order, { person: personalNumber });
  return { page, claims, approve, personalNumber };
}

// Seen to fail (the thief is signed in as the person, or ends their order) with an id that the page may send in each of look, check and cancel.
describe.each(Object.keys(kinds) as Kind[])('the order of somebody else, %s', (kind) => {
  it('signs in nobody who sends its id', async () => {
    const person = await ordered(kind, astrid, 700);
    const thief = await ordered(kind, other, 0);
    const fresh = await openOrderPage(server(), `/${kind}`, { afterSeconds: 0 });
    // Not a picture of it either: the code of another’s order is what a thief would have somebody scan.
    const own = await thief.page.say('state');
    for (const claim of person.claims) expect(await thief.page.say('state', claim)).toEqual(own);
    await person.approve();
    for (const claim of person.claims) {
      expect(await thief.page.poll(claim)).toMatchObject({ status: 'PENDING' });
      expect(await thief.page.say('start', { identifier: other.personalNumber, ...claim })).toMatchObject({
        status: 'PENDING',
      });
      expect(await fresh.poll(claim)).toMatchObject({ status: 'ABOUT_TO_START' });
    }
    expect(await signedIn(server(), await person.page.poll())).toMatchObject({ userid: astrid.personalNumber });
    await thief.approve();
    expect(await signedIn(server(), await thief.page.poll(person.claims[0]))).toMatchObject({
      userid: other.personalNumber,
    });
  });

  it('is cancelled by nobody who sends its id', async () => {
    const person = await ordered(kind, astrid, 700);
    for (const claim of person.claims) {
      const thief = await ordered(kind, other, 0);
      expect(await thief.page.say('cancel', claim)).toMatchObject({ status: 'ABOUT_TO_START' });
      // Net iD Access takes nothing back: there the order is merely asked about no more.
      await thief.approve().catch(() => undefined);
      expect(await thief.page.poll(claim)).toMatchObject({ status: 'ABOUT_TO_START' });
    }
    await person.approve();
    expect(await person.page.poll()).toMatchObject({ type: 'complete' });
  });
});
