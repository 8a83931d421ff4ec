import { describe, expect, it } from 'vitest';
import { simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const tenants = { t1: { operations: ['sendSMS'], callers: [{ open: true }] } };

async function site(messages: object): Promise<TestServer> {
  return startTestServer(simpleConfig(undefined, { messages, tenants }));
}

/** HTTP API reference 3.1, conformance checks 4, 5 and 22. */
describe('sendSMS', () => {
  it('sends exactly one message with the exact text to the normalised number', async () => {
    const { put, portvakt, events } = await site({ gateways: [{ log: {} }] });
    const answer = await put('sendSMS', { mobile: '070-123 45 67', message: 'Välkommen! Åäö €' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(portvakt.messages.outbox()).toMatchObject([{ to: '+46701234567', text: 'Välkommen! Åäö €' }]);
    const sent = (await events()).filter(({ event }) => event === 'message.sent');
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toMatch(/lkommen|4670|1234567/);
  });

  it('refuses when there is nobody to take the message, and what is no number or no text', async () => {
    const nobody = await site({ gateways: [] });
    expect((await nobody.put('sendSMS', { mobile: '0701234567', message: 'Hej' })).status).toBe(403);
    const { put, portvakt } = await site({ gateways: [{ log: {} }] });
    expect((await put('sendSMS', { mobile: 'ring mig', message: 'Hej' })).status).toBe(403);
    expect((await put('sendSMS', { mobile: '0701234567', message: '' })).status).toBe(403);
    expect((await put('sendSMS', { mobile: '0701234567' })).body).toMatchObject({ property: 'message' });
    expect(portvakt.messages.outbox()).toEqual([]);
  });

  it('puts a number in quarantine after five messages in a short while, exactly, whoever asks at once', async () => {
    const { put, pass } = await site({ gateways: [{ log: {} }] });
    const message = { mobile: '0701234567', message: 'Hej' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => put('sendSMS', message)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    pass(599);
    expect((await put('sendSMS', message)).status).toBe(403);
    pass(1);
    expect((await put('sendSMS', message)).status).toBe(200);
  });
});
