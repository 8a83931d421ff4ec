import { expect, it } from 'vitest';
import { hotpOf } from '../support/oath.ts';
import { personWith, rfcSeed, simpleConfig } from '../support/server.ts';
import { makeSite, type ServerProcess } from '../support/server-process.ts';

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };

async function connect(server: ServerProcess) {
  const [line] = await server.connect(1);
  return async (counter: number) => {
    const answer = await line?.put('otp_token_auth', {
      username: 'alovelace',
      otp: hotpOf({ secret: rfcSeed }, counter),
    });
    return { status: answer?.status, retryAfter: answer?.header('retry-after') };
  };
}

// Invariant: without a durable write there is no yes.
it('accepts nothing while the disk is full, forgets nothing it accepted, and goes on when there is room', async () => {
  const site = makeSite(simpleConfig(people, { log: { level: 'warn' }, management: { port: 0 } }));
  const full = await site.serveOnFullDisk(400);
  const ask = await connect(full);
  const readiness = async () => (await fetch(`${full.managementUrl}/readyz`)).status;
  expect(await readiness()).toBe(200);
  let next = 0;
  while ((await ask(next)).status === 200) next += 1;
  expect(next).toBeGreaterThan(5);
  for (let time = 0; time < 3; time += 1) expect(await ask(next)).toEqual({ status: 503, retryAfter: '1' });
  expect(full.output()).toContain('"problem":"store-unavailable"');
  expect([await readiness(), await readiness()]).toEqual([503, 503]);
  await full.stop('SIGKILL');

  const server = await site.serve();
  const askAgain = await connect(server);
  expect((await askAgain(next - 1)).status).toBe(403);
  expect((await askAgain(next)).status).toBe(200);
  expect(await server.stop()).toBe(0);
  const accepted = (await site.events()).filter(({ event }) => event === 'otp-token.accepted');
  expect(accepted).toHaveLength(next + 1);
});
