import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askRaw, openRaw, putBytes, type RawAnswer } from '../../support/raw.ts';
import { personWith, simpleConfig } from '../../support/server.ts';
import { sharedProcess } from '../../support/server-process.ts';

const people = {
  wgretzky: personWith({ type: 'hotp', id: 'hotp-1' }),
  alovelace: personWith({ type: 'hotp', id: 'hotp-2' }),
};

/** Path of the operation that is asked for. */
export const path = '/api/authentication/otp_token_auth';

/** A body that is refused. */
export const wrong = JSON.stringify({ username: 'wgretzky', otp: '000000' });

/** What must not be asked for by way of another request: its code must still be good at the end. */
export const right = JSON.stringify({ username: 'alovelace', otp: '755224' });

/** Head lines of a request without its length. */
export const usual = ['host: 127.0.0.1', 'tenant: t1', 'content-type: application/json'];

/** Head lines of a request whose body is {@link wrong}. */
export const sized = [...usual, `content-length: ${wrong.length}`];

/** A request in pieces: the lines of its head, its body, its first line. */
export function request(lines: readonly string[], body = wrong, first = `PUT ${path} HTTP/1.1`): string {
  return `${[first, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

/** A server process for a file of tests, and what they say about it. */
export function hostileServer() {
  const server = sharedProcess(simpleConfig(people, { log: { level: 'warn' }, management: { port: 0 } }));

  /**
   * All answers to the bytes (text is taken as Latin-1); the client sends no more. Fails when the connection does not end by itself. `certain`: so
   * many answers come for certain, however busy the machine is.
   */
  async function answersTo(bytes: string | Uint8Array, certain = 0): Promise<RawAnswer[]> {
    const connection = await openRaw(server().url);
    let hangs = false;
    const tooLong = setTimeout(() => {
      hangs = true;
      connection.close();
    }, 8000);
    connection.send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    // Whoever has closed one direction gets no answer that takes a moment; where none comes, the server waits for more.
    const answers: RawAnswer[] = [];
    const enough = Promise.withResolvers<void>();
    const receiving = (async () => {
      for (let answer = await connection.receive(); answer !== undefined; answer = await connection.receive()) {
        answers.push(answer);
        if (answers.length >= certain) enough.resolve();
      }
    })();
    await Promise.race([enough.promise, receiving, pause(certain > 0 ? 7000 : 250)]);
    connection.socket.end();
    await receiving;
    await connection.closed;
    clearTimeout(tooLong);
    expect(hangs).toBe(false);
    return answers;
  }

  /** Every answer, if there is any, is a refusal. */
  async function expectRefusal(bytes: string | Uint8Array): Promise<void> {
    const answers = await answersTo(bytes);
    expect(answers.filter((answer) => !isRefusal(answer)).map(({ lines }) => lines[0])).toEqual([]);
  }

  /** The one answer is a refusal, in the form that all have. */
  async function expectOneRefusal(bytes: string | Uint8Array): Promise<void> {
    const answers = await answersTo(bytes, 1);
    expect(answers.map(({ status }) => Math.floor(status / 100))).toEqual([4]);
    const [{ body, status } = { body: '', status: 0 }] = answers;
    expect(JSON.parse(body)).toMatchObject({ status, trace: expect.any(String) });
  }

  /** To be called before the other tests: begins to watch. The function it returns, called after them, is the test that all is as before. */
  function watch(): () => void {
    let before = 0;
    it('has a server that answers', async () => {
      for (let time = 0; time < 300; time += 1) await askRaw(server().url, putBytes('otp_token_auth', wrong));
      before = await memoryOf(server().managementUrl);
    });
    return () => {
      it('leaves a server that has not grown, complained of nothing and accepted nothing', async () => {
        const { managementUrl, url, output, stop, site } = server();
        expect((await memoryOf(managementUrl)) - before).toBeLessThan(100);
        expect(await askRaw(url, putBytes('otp_token_auth', right))).toMatchObject({ status: 200, body: '' });
        expect(await stop()).toBe(0);
        expect(output().trim().split('\n').slice(1)).toEqual(['Stopped.']);
        const accepted = (await site.events()).filter(({ event }) => /accepted|done/.test(String(event)));
        expect(accepted).toHaveLength(1);
      });
    };
  }

  return { server, answersTo, expectRefusal, expectOneRefusal, watch };
}

/** True for an answer of the four hundreds. */
export function isRefusal({ status }: RawAnswer): boolean {
  return status >= 400 && status < 500;
}

/** Checks a hundred values, several at once, because some keep the server waiting. */
export async function forAll<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> {
  const eight = fc.array(arbitrary, { minLength: 8, maxLength: 8 });
  const all = fc.asyncProperty(eight, async (values) => void (await Promise.all(values.map(check))));
  await fc.assert(all, { numRuns: 12 });
}

async function memoryOf(managementUrl: string): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1e6;
}
