import { describe, expect, it } from 'vitest';
import { operationsOf, sharedEidServer, somebody } from '../support/eids.ts';
import { aloneAt, openOrderPage, signedIn } from '../support/order-page.ts';

const order = { internal_http_destination: 'default' };
const server = sharedEidServer({
  tenants: { t1: { operations: [...operationsOf(['bankid']), 'verifyUser'], callers: [{ open: true }] } },
  authenticators: [
    { id: 'other', type: 'BidOnOtherDevice', config: { ...aloneAt('/other'), ...order, caller_name: 'Portal' } },
    { id: 'short', type: 'BidOnOtherDevice', config: { ...aloneAt('/short'), ...order, renewals: 1 } },
    { id: 'same', type: 'BidOnMobileDevice', config: { ...aloneAt('/same'), ...order } },
  ],
});
const { personalNumber } = somebody;
const newest = () => server().newest('bankid');
const act = (action: string, more: object = {}) => server().act('bankid', action, newest(), more);
const open = (path: string, userAgent?: string) => openOrderPage(server(), path, userAgent);
const began = 'WEB_100001';

describe('BankID on another device', () => {
  it('shows a code that changes, and signs in who approves', async () => {
    const { say, poll, noted } = await open('/other');
    expect(await say('state')).toMatchObject({ type: 'state', status: 'ABOUT_TO_START', callerName: 'Portal' });
    const first = await say('start');
    expect(first).toMatchObject({ type: 'start', status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION' });
    expect(first.data['qr']).toMatch(/^data:image\/svg\+xml,%3Csvg/);
    server().pass(1);
    expect((await say('state')).data['qr']).not.toBe(first.data['qr']);
    await act('next');
    const taken = await poll();
    expect(taken).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    expect(taken.data).not.toHaveProperty('qr');
    await act('approve');
    const done = await poll();
    expect(done).toMatchObject({ type: 'complete', status: 'COMPLETED', vendorStatus: 'COMPLETE' });
    expect(await signedIn(server(), done)).toEqual({ status: 200, userid: personalNumber, auth_method: 'bankid' });
    expect(await noted()).toEqual([began, `WEB_100002 ${personalNumber}`]);
  });
});
