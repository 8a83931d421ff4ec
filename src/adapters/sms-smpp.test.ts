import { createServer } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { gatewaySchema, type SettingsOf } from '../core/gateway-settings.ts';
import { startSmppSimulator } from '../methods/otp-sms/simulator/smpp.ts';
import type { Receipt } from './messages-gateway.ts';
import { createSmppGateway } from './sms-smpp.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const account = { systemId: 'portvakt', password: 'right' };
const sms = { to: '+46701740605', text: 'Din kod är 123456', reference: '2a00000000000000' };

function gatewayTo(
  port: number,
  more: Partial<SettingsOf<'smpp'>> = {},
  onReceipt: (receipt: Receipt) => Promise<void> = async () => undefined,
) {
  const { smpp } = gatewaySchema.parse({ smpp: { host: '127.0.0.1', port, ...account, from: 'Portvakt' } }) as {
    smpp: SettingsOf<'smpp'>;
  };
  const settings = { ...smpp, timeoutMs: 2000, ...more };
  const gateway = createSmppGateway({ name: 'smpp', settings, connectTimeoutMs: 1000, onReceipt });
  closing.push(() => gateway.close?.());
  return gateway;
}

async function session(more: Partial<SettingsOf<'smpp'>> = {}, onReceipt?: (receipt: Receipt) => Promise<void>) {
  const centre = await startSmppSimulator(account);
  closing.push(() => centre.close());
  return { centre, gateway: gatewayTo(centre.port, more, onReceipt) };
}

it('binds and hands over a Swedish text in the GSM alphabet', async () => {
  const { centre, gateway } = await session();
  expect(await gateway.send(sms)).toEqual({ outcome: 'accepted', ids: ['id1'] });
  expect(centre.commands).toEqual(['bind_transceiver', 'submit_sm']);
  expect(centre.submits[0]).toMatchObject({ from: 'Portvakt', to: '46701740605', text: sms.text, coding: 0 });
  expect(centre.submits[0]?.pdu).toMatchObject({
    source_addr_ton: 5,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    registered_delivery: 1,
  });
});

it('carries the extension table, and what is in no GSM alphabet', async () => {
  const { centre, gateway } = await session();
  const texts = ['{[~]} 5 € ^ | \\', 'Код: 123456 😀'];
  for (const text of texts) await gateway.send({ ...sms, text });
  expect(centre.submits.map(({ text, coding }) => [text, coding])).toEqual([
    [texts[0], 0],
    [texts[1], 8],
  ]);
});

it.each([
  ['gsm', 0, `${'Räksmörgås på Åland är ändå över förväntan €. '.repeat(8)}Slut.`],
  ['ucs2', 8, `${'Räksmörgås “på” Åland är ändå över förväntan 😀. '.repeat(5)}Slut.`],
])('carries a long Swedish text in parts that make the whole: %s', async (_, coding, text) => {
  const { centre, gateway } = await session();
  const sending = await gateway.send({ ...sms, text });
  const { submits } = centre;
  expect(submits.length).toBeGreaterThan(2);
  expect(sending).toMatchObject({ outcome: 'accepted', ids: submits.map((_, index) => `id${index + 1}`) });
  expect(submits.map((submit) => submit.text).join('')).toBe(text);
  expect(submits.every((submit) => submit.coding === coding)).toBe(true);
  const [total, hex] = [submits.length, (value: number) => value.toString(16).padStart(2, '0')];
  expect(submits.map(({ header }) => header)).toEqual(
    submits.map((_, index) => `00032a${hex(total)}${hex(index + 1)}`),
  );
});

it('has no more messages unanswered than the window holds, and they share one session', async () => {
  const { centre, gateway } = await session({ window: 3, timeoutMs: 1000 });
  await gateway.send(sms);
  centre.fail('hang', 'hang', 'hang', 'hang');
  const sendings = [0, 1, 2, 3].map(() => gateway.send(sms));
  await vi.waitFor(() => expect(centre.submits).toHaveLength(4));
  expect((await Promise.all(sendings)).map(({ outcome }) => outcome)).toEqual([
    'unknown',
    'unknown',
    'unknown',
    'not-reached',
  ]);
  expect(centre.submits).toHaveLength(4);
  expect(centre.commands.filter((command) => command === 'bind_transceiver')).toHaveLength(1);
});

it('lets one connection carry many messages at once', async () => {
  const { centre, gateway } = await session();
  const sendings = await Promise.all(Array.from({ length: 50 }, () => gateway.send(sms)));
  expect(new Set(sendings.map((sending) => sending.outcome === 'accepted' && sending.ids[0])).size).toBe(50);
  expect(centre.commands.filter((command) => command === 'bind_transceiver')).toHaveLength(1);
});

it('tells a wrong password, a bad number, a full queue and a dead line apart', async () => {
  const { centre, gateway } = await session();
  expect(await gatewayTo(centre.port, { password: 'wrong' }).send(sms)).toMatchObject({
    outcome: 'refused',
    reason: 'auth',
  });
  centre.fail(0x0b, 0x14, 'hang', 'break');
  expect(await gateway.send(sms)).toEqual({ outcome: 'refused', reason: 'invalid-recipient', code: '0xb' });
  expect(await gateway.send(sms)).toMatchObject({ outcome: 'refused', reason: 'throttled' });
  expect(await gateway.send(sms)).toEqual({ outcome: 'unknown', code: 'no answer' });
  expect(await gateway.send(sms)).toEqual({ outcome: 'unknown', code: 'no answer' });
  expect(await gateway.send(sms)).toMatchObject({ outcome: 'accepted' });
});

it('sends no further part of a text after one was refused, and does not know what became of those that went out', async () => {
  const { centre, gateway } = await session();
  const long = { ...sms, text: 'å'.repeat(400) };
  centre.fail(0x58);
  expect(await gateway.send(long)).toMatchObject({ outcome: 'refused', reason: 'throttled' });
  expect(centre.submits).toHaveLength(1);
  centre.fail('take', 0x58);
  expect(await gateway.send(long)).toEqual({ outcome: 'unknown', code: 'in parts' });
  expect(centre.submits).toHaveLength(3);
});

it('is not reached when nobody is there, or nobody answers the bind', async () => {
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const gateway = gatewayTo(port);
  expect(await gateway.send(sms)).toEqual({ outcome: 'not-reached', code: 'no answer to bind' });
  await new Promise((resolve) => silent.close(resolve));
  expect(await gateway.send(sms)).toEqual({ outcome: 'not-reached', code: 'ECONNREFUSED' });
});

it('tries a silent link, and takes up the session again when it is dead', async () => {
  const { centre, gateway } = await session({ enquireSeconds: 0.04, timeoutMs: 100 });
  await gateway.send(sms);
  await vi.waitFor(() => expect(centre.commands).toContain('enquire_link'));
  centre.deaf();
  await vi.waitFor(() => expect(centre.sessions.size).toBe(0), { timeout: 30_000 });
  expect(await gateway.send(sms)).toMatchObject({ outcome: 'accepted' });
});

it('answers the enquiries of the message centre', async () => {
  const { centre, gateway } = await session();
  await gateway.send(sms);
  const answer = await new Promise<{ command: string }>((resolve) => [...centre.sessions][0]?.enquire_link(resolve));
  expect(answer.command).toBe('enquire_link_resp');
});

it('binds again by itself after the message centre has taken leave', async () => {
  const { centre, gateway } = await session();
  await gateway.send(sms);
  const answer = await new Promise<{ command: string }>((resolve) => [...centre.sessions][0]?.unbind(resolve));
  expect(answer.command).toBe('unbind_resp');
  const binds = () => centre.commands.filter((command) => command === 'bind_transceiver').length;
  await vi.waitFor(() => expect(binds()).toBe(2), { timeout: 30_000 });
});

it('takes receipts, and asks for them again when they could not be kept', async () => {
  const receipts: Receipt[] = [];
  let fails = true;
  const { centre, gateway } = await session({}, async (receipt) => {
    if (fails) throw new Error('store away');
    receipts.push(receipt);
  });
  await gateway.send(sms);
  const deliver = () =>
    new Promise<number>((resolve) =>
      [...centre.sessions][0]?.deliver_sm(
        {
          esm_class: 4,
          short_message:
            'id:id1 sub:001 dlvrd:001 submit date:2601020304 done date:2601020305 stat:DELIVRD err:000 text:',
        },
        ({ command_status }) => resolve(command_status),
      ),
    );
  expect(await deliver()).toBe(0x64);
  fails = false;
  expect(await deliver()).toBe(0);
  expect(receipts).toEqual([{ id: 'id1', state: 'delivered' }]);
});

it('knows a message by the decimal number that its receipt will have', async () => {
  const centre = await startSmppSimulator({ ...account, idOf: () => '1A' });
  closing.push(() => centre.close());
  expect(await gatewayTo(centre.port, { receiptIds: 'decimal' }).send(sms)).toEqual({
    outcome: 'accepted',
    ids: ['26'],
  });
});

it('waits for answers under way and takes leave when it is closed', async () => {
  const { centre, gateway } = await session();
  await gateway.send(sms);
  const last = gateway.send(sms);
  await Promise.resolve();
  await gateway.close?.();
  expect(await last).toMatchObject({ outcome: 'accepted' });
  expect(centre.commands.at(-1)).toBe('unbind');
  expect(await gateway.send(sms)).toMatchObject({ outcome: 'not-reached' });
});
