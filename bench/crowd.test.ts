import { expect, it } from 'vitest';
import { codeAt, nameOf, seedOf } from './codes.ts';
import { createCrowd } from './crowd.ts';
import type { Lane } from './lanes.ts';

const answer = { status: 200, head: '', body: '' };

function bodiesOf(lane: Lane | undefined, count: number): readonly unknown[] {
  return Array.from({ length: count }, () => {
    const request = lane?.next()?.toString() ?? '';
    lane?.acknowledge(answer);
    return JSON.parse(request.slice(request.indexOf('\r\n\r\n')));
  });
}

it('has the codes of RFC 4226, appendix D', () => {
  const seed = Buffer.from('12345678901234567890');
  expect([0, 1, 2].map((counter) => codeAt(seed, counter))).toEqual(['755224', '287082', '359152']);
});

it('gives each connection people of its own, whose codes come in order', () => {
  const [first, second] = createCrowd(5).right(2);
  const codeOf = (person: number, counter: number) => ({
    username: nameOf(person),
    otp: codeAt(seedOf(person), counter),
  });
  expect(bodiesOf(first, 4)).toEqual([codeOf(0, 0), codeOf(2, 0), codeOf(4, 0), codeOf(0, 1)]);
  expect(bodiesOf(second, 3)).toEqual([codeOf(1, 0), codeOf(3, 0), codeOf(1, 1)]);
});

it('never asks a code twice, however many connections there were before', () => {
  const crowd = createCrowd(7);
  const asked = [3, 2, 1].flatMap((count) => crowd.right(count).flatMap((lane) => bodiesOf(lane, 10)));
  expect(new Set(asked.map((body) => JSON.stringify(body))).size).toBe(asked.length);
});

it('goes on with the next people in the next turn', () => {
  const crowd = createCrowd(1000);
  const names = [1, 2].flatMap(() =>
    bodiesOf(crowd.right(1)[0], 3).map((body) => (body as { username: string }).username),
  );
  expect(names).toEqual([0, 1, 2, 3, 4, 5].map(nameOf));
});

it('knows what every token must have used', () => {
  const crowd = createCrowd(2);
  const [lane] = crowd.right(1);
  bodiesOf(lane, 3);
  lane?.next();
  expect([crowd.accepted(), crowd.expectedNext(0), crowd.expectedNext(1)]).toEqual([3, 2, 1]);
});
