import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { askRaw, openRaw, putBytes } from '../../support/raw.ts';
import { hostileServer, path, right, usual, wrong } from './hostile-server.ts';

const { server } = hostileServer();

/** Sends one byte after the other, slowly, after these; answers how long the server had patience, in seconds, and what it said. */
async function dribble(begin: string, bytes: string): Promise<{ seconds: number; status: number | undefined }> {
  const connection = await openRaw(server().url);
  const began = performance.now();
  connection.send(begin);
  let ended = false;
  void connection.closed.then(() => {
    ended = true;
  });
  const answer = connection.receive();
  for (const byte of bytes) {
    await Promise.race([pause(500), connection.closed]);
    if (ended) break;
    connection.send(byte);
  }
  await connection.closed;
  return { seconds: (performance.now() - began) / 1000, status: (await answer)?.status };
}

// Ten seconds for a head and twenty for a request: our choice. At once, so that the test takes no longer than the longest of them.
it('cuts off clients that are slow with head or body, in time, and serves the others meanwhile', async () => {
  const endless = 'x'.repeat(200);
  const head = `PUT ${path} HTTP/1.1\r\n${usual.join('\r\n')}\r\n`;
  const slow = Promise.all([
    dribble('', ''),
    dribble(`PUT ${path} HTTP/1.1\r\nx: `, endless),
    dribble(`${head}content-length: 1000\r\n\r\n`, endless),
    dribble(`${head}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'.repeat(40)),
    // A second request on a connection is as slow as it likes no more than the first.
    dribble(`${putBytes('otp_token_auth', wrong)}PUT `, endless),
  ]);
  await pause(5000);
  expect(await askRaw(server().url, putBytes('otp_token_auth', right))).toMatchObject({ status: 200 });
  const [silent, slowHead, slowBody, slowChunks, slowSecond] = await slow;
  for (const { seconds } of [silent, slowHead, slowSecond]) expect(seconds).toBeLessThan(14);
  for (const { seconds } of [slowBody, slowChunks]) expect(seconds).toBeLessThan(25);
  expect([slowHead.status, slowBody.status, slowChunks.status]).toEqual([408, 408, 408]);
});
