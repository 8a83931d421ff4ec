import { describe, expect, it } from 'vitest';
import { createListener } from './listener.ts';
import { mountReceipts } from './receipts.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** A listener that takes receipts at `/r/elks/right`; each is under way until it is let go. */
function start(limits: { perSecond: number; burst: number; underWay: number }, receiptsUrl = 'https://x.example/r/') {
  const waiting: (() => void)[] = [];
  const taken: string[] = [];
  const server = createListener(log);
  const messages = {
    isReceiptAddress: (gateway: string, secret: string) => `${gateway}/${secret}` === 'elks/right',
    async receive(gateway: string, _secret: string, { body }: { readonly body: string }) {
      taken.push(`${gateway} ${body}`);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return 'recorded' as const;
    },
  };
  mountReceipts(server, { receiptsUrl, messages, log, limits });
  const post = async (url = '/r/elks/right') =>
    (await server.inject({ method: 'POST', url, headers: form, payload: 'id=1' })).statusCode;
  const letGo = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const untilTaken = async (count: number) => {
    while (taken.length < count) await new Promise(setImmediate);
  };
  return { post, letGo, untilTaken, taken };
}

const wide = { perSecond: 1e6, burst: 1e6, underWay: 1e6 };

describe('the limits of receipts', () => {
  it('let so many be under way, and more as soon as one is done', async () => {
    const { post, letGo, untilTaken } = start({ ...wide, underWay: 2 });
    const first = [post(), post()];
    await untilTaken(2);
    expect(await post()).toBe(429);
    letGo();
    expect(await Promise.all(first)).toEqual([204, 204]);
    const next = post();
    await untilTaken(3);
    letGo();
    expect(await next).toBe(204);
  });

  it('let so many in at once', async () => {
    const { post, letGo, untilTaken, taken } = start({ ...wide, perSecond: 0.001, burst: 2 });
    const first = [post(), post()];
    await untilTaken(2);
    expect(await post()).toBe(429);
    letGo();
    expect(await Promise.all(first)).toEqual([204, 204]);
    expect(taken).toHaveLength(2);
  });

  it('are not used up by those who do not know an address', async () => {
    const { post, letGo, untilTaken } = start({ perSecond: 0.001, burst: 1, underWay: 1 });
    for (const url of ['/r/elks/wrong', '/r/twilio/right', '/elks/right']) expect(await post(url)).toBe(404);
    const right = post();
    await untilTaken(1);
    letGo();
    expect(await right).toBe(204);
  });
});

it('takes receipts at the root, where the address has no path', async () => {
  const { post, letGo, untilTaken, taken } = start(wide, 'https://x.example');
  const answer = post('/elks/right');
  await untilTaken(1);
  letGo();
  expect(await answer).toBe(204);
  expect(taken).toEqual(['elks id=1']);
});
