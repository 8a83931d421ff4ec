import { describe, expect, it } from 'vitest';
import { operationsOf, sharedEidServer, somebody } from '../support/eids.ts';
import { aloneAt, named, openOrderPage, signedIn } from '../support/order-page.ts';

const { personalNumber, email, phone } = somebody;
const order = { internal_http_destination: 'default' };
const by = (userInfoType: string, more: object = {}) => ({
  id: userInfoType,
  type: 'FrejaWithUserInput',
  config: { ...aloneAt(`/${userInfoType}`), ...order, userInfoType, ...more },
});
const people = { astrid: { attributes: { mail: email } } };
const server = sharedEidServer({
  realms: { default: { directories: [{ type: 'built-in', people }] } },
  tenants: { t1: { operations: [...operationsOf(['freja']), 'verifyUser'], callers: [{ open: true }] } },
  authenticators: [
    by('SSN'),
    by('EMAIL', { attributesToReturn: ['BASIC_USER_INFO', 'EMAIL_ADDRESS'], minRegistrationLevel: 'EXTENDED' }),
    by('PHONE', { attributesToReturn: [], link: { identity: 'mail', attribute: 'mail' } }),
    { id: 'qr', type: 'FrejaWithQRCode', config: { ...aloneAt('/qr'), ...order } },
    { id: 'bare', type: 'FrejaWithQRCode', config: { ...aloneAt('/bare'), ...order, attributesToReturn: [] } },
    { id: 'low', type: 'FrejaWithQRCode', config: { ...aloneAt('/low'), ...order, minRegistrationLevel: 'BASIC' } },
    {
      id: 'linked',
      type: 'FrejaWithQRCode',
      config: {
        ...aloneAt('/linked'),
        ...order,
        attributesToReturn: ['EMAIL_ADDRESS'],
        link: { identity: 'mail', attribute: 'mail' },
      },
    },
  ],
});
const act = (action: string, more: object = {}) => server().act('freja', action, server().newest('freja'), more);
const open = (path: string) => openOrderPage(server(), path);
const starts = () => server().calls('freja', '/initAuthentication');
const began = 'WEB_100005';

describe('Freja by what the person types', () => {
  it.each([
    ['SSN', personalNumber.replace(/(?=\d{4}$)/, '-'), personalNumber],
    ['EMAIL', ` ${email} `, email],
  ])('signs in who approves: %s', async (type, identifier, userid) => {
    const { say, poll, noted } = await open(`/${type}`);
    expect(await say('state')).toMatchObject({ status: 'ABOUT_TO_START' });
    const started = await say('start', { identifier });
    expect(started).toMatchObject({ type: 'start', status: 'PENDING', vendorStatus: 'STARTED' });
    expect(started.data).not.toHaveProperty('qr');
    await act('deliver');
    expect(await poll()).toMatchObject({ status: 'PENDING', vendorStatus: 'DELIVERED_TO_MOBILE' });
    await act('approve');
    const done = await poll();
    expect(done).toMatchObject({ type: 'complete', status: 'COMPLETED', vendorStatus: 'APPROVED' });
    expect(await signedIn(server(), done)).toEqual({ status: 200, userid, auth_method: 'freja' });
    expect(await noted()).toEqual([began, 'WEB_100006']);
    expect(await named(server(), userid)).toEqual([]);
  });

  it.each(['', 'nobody', '199001012384', 'x'.repeat(300), 7, null])('asks nobody for %o', async (identifier) => {
    const { say, noted } = await open('/SSN');
    const before = starts();
    const told = { type: 'failure', status: 'ERROR', data: { message: { text: 'common.input_invalid' } } };
    expect(await say('start', { identifier })).toMatchObject(told);
    expect([starts() - before, await noted()]).toEqual([0, []]);
    expect(await say('start', { identifier: personalNumber })).toMatchObject({ status: 'PENDING' });
  });

  it('shows a person whom Freja does not know like one who does not answer', async () => {
    const { say, poll, noted } = await open('/SSN');
    server().fault('freja', 'code-1012', { times: 1 });
    expect(await say('start', { identifier: personalNumber })).toMatchObject({
      status: 'PENDING',
      vendorStatus: 'STARTED',
    });
    expect(await poll()).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    server().pass(120);
    expect(await say('state')).toMatchObject({ type: 'failure', vendorStatus: 'EXPIRED' });
    expect(await noted()).toEqual([began, 'WEB_100008 local: timeout']);
  });

  it('begins another order for another person, and forgets the one before', async () => {
    const { say, noted } = await open('/EMAIL');
    await say('start', { identifier: email });
    const cancelled = server().calls('freja', '/cancel');
    await say('start', { identifier: 'ulla.alm@example.com' });
    expect(server().calls('freja', '/cancel') - cancelled).toBe(1);
    expect(await noted()).toEqual([began, 'WEB_100008 local: cancel', began]);
  });

  it('is nobody here with a link to what Freja was not asked', async () => {
    const { say, poll, noted } = await open('/PHONE');
    await say('start', { identifier: phone });
    await act('approve');
    expect(await poll()).toMatchObject({ type: 'failure', data: { message: { text: 'common.person_unlinked' } } });
    expect(await noted()).toEqual([began, 'WEB_100007 local: person unknown here']);
  });
});

describe('Freja by QR code', () => {
  it('shows the code until the app has it, and signs in who approves', async () => {
    const { say, poll, noted, browser } = await open('/qr');
    const first = await say('start');
    expect(first).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    expect(first.data['qr']).toMatch(/^data:image\/svg\+xml,%3Csvg/);
    expect(first.data).not.toHaveProperty('autoStartLink');
    await browser.open('/qr');
    expect((await say('state')).data['qr']).toMatch(/^data:image\/svg\+xml,%3Csvg/);
    await act('deliver');
    const taken = await poll();
    expect(taken).toMatchObject({ vendorStatus: 'DELIVERED_TO_MOBILE' });
    expect(taken.data).not.toHaveProperty('qr');
    await act('approve');
    expect(await signedIn(server(), await poll())).toMatchObject({ userid: personalNumber, auth_method: 'freja' });
    expect(await noted()).toEqual([began, 'WEB_100006']);
  });

  it('signs in the person of the directory with link', async () => {
    const { say, poll } = await open('/linked');
    await say('start');
    await act('approve');
    expect(await signedIn(server(), await poll())).toMatchObject({ userid: 'astrid', auth_method: 'freja' });
  });

  it('signs in nobody when Freja tells nothing that names the person', async () => {
    const { say, poll, noted } = await open('/bare');
    await say('start');
    await act('approve');
    expect(await poll()).toMatchObject({ type: 'failure', status: 'ERROR', vendorStatus: 'NOT_USABLE' });
    expect(await noted()).toEqual([began, 'WEB_100007 local: person-missing']);
  });
});

it('says so when Freja does not tell at this level what it is asked for', async () => {
  const { say, noted } = await open('/low');
  expect(await say('start')).toMatchObject({ status: 'ERROR', vendorStatus: 'ERROR', data: { canRestart: false } });
  expect(await noted()).toEqual(['WEB_100007 local: property-invalid']);
});

describe('an end without a yes', () => {
  it.each([
    ['reject', 'REJECTED'],
    ['cancel', 'CANCELED'],
    ['expire', 'EXPIRED'],
  ])('is told, and a new start follows: %s', async (action, vendorStatus) => {
    const { say, poll, noted } = await open('/qr');
    await say('start');
    await act(action);
    const told = { type: 'failure', status: 'FREJA_ERROR', vendorStatus, data: { canRestart: true } };
    expect(await poll()).toMatchObject({ ...told, data: { message: { text: `freja.${vendorStatus.toLowerCase()}` } } });
    expect(await say('state')).toMatchObject(told);
    expect(await noted()).toEqual([began, `WEB_100008 ${vendorStatus}`]);
    expect(await say('start')).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    await act('approve');
    expect(await poll()).toMatchObject({ type: 'complete' });
  });

  it.each(['wrong-key', 'lower-level', 'payload-not-approved', 'swapped-details', 'unknown-status', 'no-details'])(
    'is what an answer becomes that proves nothing: %s',
    async (fault) => {
      const { say, poll, noted } = await open('/qr');
      await say('start');
      await act('approve');
      server().fault('freja', fault);
      const answer = await poll();
      server().fault('freja', undefined);
      expect(answer).toMatchObject({ type: 'failure', status: 'ERROR', vendorStatus: 'NOT_USABLE' });
      expect(answer.data).not.toHaveProperty('location');
      expect(await poll()).toMatchObject({ type: 'failure' });
      expect(await noted()).toEqual([began, expect.stringMatching(/^WEB_100007 local: /)]);
    },
  );

  it.each([
    ['code-2000', 'ALREADY_IN_PROGRESS', 'FREJA_ERROR', /^WEB_100007 code-2000$/],
    ['code-1008', 'ERROR', 'FREJA_ERROR', /^WEB_100007 code-1008$/],
    ['code-0', 'ERROR', 'FREJA_ERROR', /^WEB_100007 code-0$/],
    ['no-reference', 'NO_ANSWER', 'ERROR', /^WEB_100007 local: transport$/],
    ['html-page', 'NO_ANSWER', 'ERROR', /^WEB_100007 local: transport$/],
  ])('is what a refused start becomes, with one event: %s', async (fault, vendorStatus, status, event) => {
    const { say, noted } = await open('/qr');
    server().fault('freja', fault, { times: 1 });
    expect(await say('start')).toMatchObject({ type: 'failure', status, vendorStatus });
    server().fault('freja', undefined);
    expect(await noted()).toEqual([expect.stringMatching(event)]);
    expect(await say('start')).toMatchObject({ status: 'PENDING' });
  });

  it.each(['pending', 'taken'])('is a cancel, which takes the question off the phone: %s', async (when) => {
    const { say, poll, noted } = await open('/qr');
    await say('start');
    if (when === 'taken') await act('deliver').then(() => poll());
    const answer = await say('cancel');
    expect(answer).toMatchObject({ type: 'cancel', status: 'ABOUT_TO_START', data: { location: '/qr' } });
    await expect(act('approve')).rejects.toThrow();
    expect(await noted()).toEqual([began, 'WEB_100008 local: cancel']);
  });
});
