import { describe, expect, it } from 'vitest';
import { transactions } from '../../src/core/transaction.ts';
import { enrolDevice } from '../support/approval-device.ts';
import { operationsOf, sharedEidServer, somebody } from '../support/eids.ts';
import { aloneAt, openOrderPage } from '../support/order-page.ts';

const order = { internal_http_destination: 'default' };
const operations = ['onetouch_enroll', 'onetouch_check_auth', 'onetouch_cancel', 'verifyUser'];
const server = sharedEidServer({
  realms: { default: { directories: [{ type: 'built-in', people: { astrid: {} } }] } },
  tenants: {
    t1: { operations: [...operationsOf(['bankid', 'freja', 'netid']), ...operations], callers: [{ open: true }] },
  },
  authenticators: [
    { id: 'nias', type: 'NiasOnOtherDevice', config: { ...aloneAt('/netid'), ...order } },
    { id: 'bank', type: 'BidOnOtherDevice', config: { ...aloneAt('/bankid'), ...order } },
    { id: 'freja', type: 'FrejaWithUserInput', config: { ...aloneAt('/freja'), ...order } },
    { id: 'phone', type: 'OneTouch', config: { ...aloneAt('/phone'), match: false } },
  ],
});
const data = { identifier: somebody.personalNumber };

/** The ids of all identifications that there are. */
async function ids(): Promise<readonly string[]> {
  const { items } = await server().portvakt.ports.store.list(transactions, { limit: 1000 });
  return items.map(({ id }) => id);
}

/** An order of the page at this path, and its id. */
async function begin(path: string, given: object = data) {
  const page = await openOrderPage(server(), path);
  const before = await ids();
  const told = await page.say('start', given);
  expect(told).toMatchObject({ status: 'PENDING' });
  const [id = ''] = (await ids()).filter((each) => !before.includes(each));
  return { ...page, id, told };
}

describe('the reference of an order that a page has begun', () => {
  it.each([
    ['netid', 'netid_check_auth', 'netid_cancel', 'orderref'],
    ['bankid', 'bankid_check_auth', 'bankid_cancel', 'transactionID'],
    ['freja', 'freja_eid_check_auth', 'freja_eid_cancel', 'authRef'],
  ] as const)('is unknown to callers of the API, as one that nobody has: %s', async (name, check, cancel, property) => {
    const { id, poll } = await begin(`/${name}`, name === 'bankid' ? {} : data);
    await server().act(name, 'approve', server().newest(name));
    for (const operation of [check, cancel]) {
      const unknown = await server().put(operation, { [property]: `${id.slice(0, -4)}beef` });
      const asked = await server().put(operation, { [property]: id });
      expect([asked.status, asked.body?.['code']]).toEqual([unknown.status, unknown.body?.['code']]);
      expect(asked.status).not.toBe(200);
    }
    expect(await poll()).toMatchObject({ type: 'complete' });
  });

  it('is unknown to callers of the API, as one that nobody has: phone', async () => {
    const { body } = await server().put('onetouch_enroll', { username: 'astrid' });
    const device = await enrolDevice(server().url, server().clock, String(body?.['code']));
    const { id, poll } = await begin('/phone', { identifier: 'astrid' });
    await device.answer(await device.open(), 'approve');
    for (const operation of ['onetouch_check_auth', 'onetouch_cancel']) {
      const unknown = await server().put(operation, { assignmentid: `${id.slice(0, -4)}beef` });
      const asked = await server().put(operation, { assignmentid: id });
      expect([asked.status, asked.body?.['code']]).toEqual([unknown.status, unknown.body?.['code']]);
      expect(asked.status).not.toBe(200);
    }
    expect(await poll()).toMatchObject({ type: 'complete' });
  });

  // Seen to fail (the second browser is signed in) when the page's word for its order is believed.
  it('is never taken from a page', async () => {
    const { told, id, poll } = await begin('/netid');
    await server().act('netid', 'approve', server().newest('netid'));
    const authRef = String(told['authRef']);
    expect(authRef).toBe(id);
    const other = await openOrderPage(server(), '/netid', { afterSeconds: 0 });
    for (const type of ['state', 'start', 'cancel']) {
      const claim = { authRef, id: authRef, orderref: authRef, transactionID: authRef };
      const answer = await other.browser.say('/netid', { type, ...claim, data: claim });
      expect(answer.body['status']).not.toBe('COMPLETED');
      expect(answer.body['status']).not.toBe('PENDING');
      expect(JSON.stringify(answer.body)).not.toContain(authRef);
    }
    expect(await poll()).toMatchObject({ type: 'complete' });
  });
});
