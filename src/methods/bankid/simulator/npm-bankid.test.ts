import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BankIdClientV6, BankIdError } from 'bankid';
import { expect, it } from 'vitest';
import { sharedSimulator, testFiles } from '../../../../test/support/bankid.ts';
import { testPeople } from '../../../simulator-kit/people.ts';
import type { BankIdSimulator } from './index.ts';

const simulator = sharedSimulator();
const [astrid] = testPeople;
const endUserIp = '127.0.0.1';

/** The client that others have written, with its addresses turned to the simulator. */
async function clientOf({ issueClient, ca, url }: BankIdSimulator): Promise<BankIdClientV6> {
  const put = testFiles();
  const { certificatePem, keyPem } = await issueClient();
  const [cert, key, pack] = [put('own.pem', certificatePem), put('own.key', keyPem), put('own.p12', '')];
  execFileSync('openssl', ['pkcs12', '-export', '-in', cert, '-inkey', key, '-out', pack, '-passout', 'pass:open']);
  const client = new BankIdClientV6({
    production: false,
    pfx: readFileSync(pack),
    passphrase: 'open',
    ca: Buffer.from(ca),
    refreshInterval: 50,
  });
  client.axios.defaults.baseURL = `${url}/`;
  return client;
}

it('identifies a person who scans the QR code that the client draws', async () => {
  const client = await clientOf(simulator());
  const { orderRef, qr } = await client.authenticate({ endUserIp });
  const { value } = (await qr?.nextQr(orderRef, { maxCycles: 1 }).next()) ?? {};
  await simulator().act('scan', '', { qr: String(value) });
  expect(await client.collect({ orderRef })).toMatchObject({ status: 'pending', hintCode: 'started' });
  await simulator().act('approve', orderRef, { person: astrid.personalNumber });
  expect(await client.collect({ orderRef })).toMatchObject({
    completionData: { user: { personalNumber: astrid.personalNumber } },
  });
});

it('has a text signed, and hears that the person did not want to', async () => {
  const client = await clientOf(simulator());
  const { orderRef } = await client.sign({ endUserIp, userVisibleData: 'Köp' });
  const done = client.awaitPendingCollect(orderRef);
  await simulator().act('cancel', orderRef);
  await expect(done).rejects.toMatchObject({ status: 'failed', hintCode: 'userCancel' });
});

it('hears of errors in the words it knows', async () => {
  const client = await clientOf(simulator());
  const { orderRef } = await client.authenticate({ endUserIp });
  expect(await client.cancel({ orderRef })).toEqual({});
  await expect(client.cancel({ orderRef })).rejects.toMatchObject({ code: 'invalidParameters' });
  simulator().faults.set('error-maintenance');
  await expect(client.authenticate({ endUserIp })).rejects.toBeInstanceOf(BankIdError);
});
