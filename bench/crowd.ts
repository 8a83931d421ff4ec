import { codeAt, nameOf, seedOf, wrongCodeAt } from './codes.ts';
import { type Lane, requestFor } from './lanes.ts';

/** The people of one store, each with one HOTP token. */
export interface Crowd {
  readonly size: number;
  /**
   * Right codes, for so many connections: each has people of its own, by turns, each person's counters in order, every code once in the
   * life of the crowd. `operation` takes them.
   */
  right(connections: number, operation?: string): readonly Lane[];
  /** Wrong codes, ready to be sent: people by turns. */
  wrong(count: number): readonly Buffer[];
  /** Codes that were acknowledged so far. */
  accepted(): number;
  /** The least `next` that this person's token must have, after all that was acknowledged. */
  expectedNext(person: number): number;
}

/** A crowd whose tokens are all new. */
export function createCrowd(size: number): Crowd {
  const next = new Int32Array(size);
  const expected = new Int32Array(size);
  // Where each connection goes on, by how many connections there are: a large crowd is not to be the same few people every time.
  const places = new Map<number, Int32Array>();
  const wrongs = new Map<number, { readonly counter: number; readonly request: Buffer }>();
  let accepted = 0;

  function wrongFor(person: number): Buffer {
    const counter = next[person] ?? 0;
    const known = wrongs.get(person);
    if (known?.counter === counter) return known.request;
    const request = requestFor('otp_token_auth', {
      username: nameOf(person),
      otp: wrongCodeAt(seedOf(person), counter),
    });
    wrongs.set(person, { counter, request });
    return request;
  }

  function laneOf(lane: number, connections: number, operation: string): Lane {
    const own = Math.ceil((size - lane) / connections);
    const place = places.get(connections) ?? new Int32Array(connections);
    places.set(connections, place);
    let person = 0;
    return {
      next() {
        person = lane + ((place[lane] ?? 0) % own) * connections;
        place[lane] = (place[lane] ?? 0) + 1;
        const counter = next[person] ?? 0;
        next[person] = counter + 1;
        return requestFor(operation, { username: nameOf(person), otp: codeAt(seedOf(person), counter) });
      },
      acknowledge() {
        expected[person] = next[person] ?? 0;
        accepted += 1;
      },
    };
  }

  return {
    size,
    right: (connections, operation = 'otp_token_auth') =>
      Array.from({ length: Math.min(connections, size) }, (_, lane) => laneOf(lane, connections, operation)),
    wrong: (count) => Array.from({ length: Math.min(count, size) }, (_, person) => wrongFor(person)),
    accepted: () => accepted,
    expectedNext: (person) => expected[person] ?? 0,
  };
}
