import { expect, it } from 'vitest';
import { hotpOf } from '../support/oath.ts';
import { personWith, rfcSeed, simpleConfig } from '../support/server.ts';
import { makeSite, type ServerProcess } from '../support/server-process.ts';

const names = Array.from({ length: 16 }, (_, index) => `person-${index}`);
const people = Object.fromEntries(names.map((name) => [name, personWith({ type: 'hotp', id: `token-of-${name}` })]));
// Nobody is locked: a refusal must come of the code itself.
const attempts = { limit: 1_000_000 };
const config = simpleConfig(people, { realms: { default: { directories: [{ type: 'built-in', people }], attempts } } });

const code = (counter: number) => hotpOf({ secret: rfcSeed }, counter);

/** What each person has been told: the counters that were answered with yes, and the next one to ask for. */
interface Story {
  readonly accepted: number[];
  next: number;
}

/** Each person uses one code after the other; the server is killed as soon as so many were answered, with others under way. */
async function useCodes(server: ServerProcess, stories: ReadonlyMap<string, Story>, answers: number): Promise<void> {
  const lines = await server.connect(names.length);
  let left = answers;
  await Promise.all(
    names.map(async (username, index) => {
      const story = stories.get(username);
      for (;;) {
        if (story === undefined) return;
        const counter = story.next;
        const answer = await lines[index]?.put('otp_token_auth', { username, otp: code(counter) });
        // Nobody knows whether a code that was not answered for was used.
        if (answer === undefined) return;
        left -= 1;
        if (left === 0) server.child.kill('SIGKILL');
        if (answer.status === 200) story.accepted.push(counter);
        story.next = counter + 1;
      }
    }),
  );
}

it('accepts no code again that it accepted before it was killed', async () => {
  const site = makeSite(config);
  const stories = new Map(names.map((name): [string, Story] => [name, { accepted: [], next: 0 }]));
  for (const answers of [20, 170, 95]) await useCodes(await site.serve(), stories, answers);
  const server = await site.serve();
  const [line] = await server.connect(1);
  const ask = async (username: string, counter: number) =>
    (await line?.put('otp_token_auth', { username, otp: code(counter) }))?.status;
  for (const [username, { accepted, next }] of stories) {
    expect(accepted.length).toBeGreaterThan(0);
    for (const counter of accepted.slice(-20)) expect([counter, await ask(username, counter)]).toEqual([counter, 403]);
    expect(await ask(username, next + 1)).toBe(200);
  }
  expect(await server.stop()).toBe(0);
  // Nothing was accepted that is not in the log.
  const logged = (await site.events()).filter(({ event }) => event === 'otp-token.accepted');
  for (const [username, { accepted }] of stories) {
    expect(logged.filter(({ user }) => user === username).length).toBeGreaterThan(accepted.length);
  }
});
