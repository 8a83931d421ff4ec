import { describe, expect, it } from 'vitest';
import { operationsOf, sharedEidServer } from '../support/eids.ts';
import { aloneAt, openOrderPage } from '../support/order-page.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';

const server = sharedEidServer({
  tenants: { t1: { operations: operationsOf(['bankid']), callers: [{ open: true }] } },
  authenticators: [
    { id: 'in', type: 'BidOnOtherDevice', config: { ...aloneAt('/in'), internal_http_destination: 'default' } },
  ],
});

describe('a flood', () => {
  it('of new sign-ins of one address is told to wait, and keeps nothing', { timeout: 120_000 }, async () => {
    const authenticators = [{ id: 'in', type: 'UserNameAndPassword', config: aloneAt('/in') }];
    const { url } = await startTestServer(simpleConfig({}, { authenticators }));
    const statuses = [];
    let last: Response | undefined;
    for (let asked = 0; asked < 5000 && last?.status !== 429; asked += 1) {
      last = await fetch(`${url}/in`);
      await last.arrayBuffer();
      statuses.push(last.status);
    }
    expect(statuses.length).toBeGreaterThan(300);
    expect(last?.status).toBe(429);
    expect(last?.headers.get('set-cookie')).toBeNull();
    expect(last?.headers.get('retry-after')).toBe('1');
    expect(last?.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('of orders of one sign-in is not placed', { timeout: 120_000 }, async () => {
    const { say } = await openOrderPage(server(), '/in');
    const before = server().calls('bankid', '/auth');
    const answers = [];
    for (let asked = 0; asked < 40; asked += 1) {
      answers.push(await say('start'));
      await say('cancel');
    }
    const refused = answers.filter(({ status }) => status === 'ERROR');
    expect(refused[0]).toMatchObject({ success: true, type: 'failure', canRestart: true });
    const placed = server().calls('bankid', '/auth') - before;
    expect(placed).toBeGreaterThanOrEqual(8);
    expect(placed).toBe(40 - refused.length);
    const other = await openOrderPage(server(), '/in');
    expect(await other.say('start')).toMatchObject({ status: 'PENDING' });
  });
});
