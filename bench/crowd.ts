import { codeAt, nameOf, seedOf, wrongCodeAt } from './codes.ts';

/** Requests that are ready to be sent, in this order, each once unless `again`; and what came of them. */
export interface Supply {
  readonly requests: readonly Buffer[];
  /** Begin again with the first after the last. */
  readonly again?: boolean;
  /** The request with this index was answered as hoped. */
  acknowledge(index: number): void;
  /** So many, from the first on, were sent. */
  spent(count: number): void;
}

/** The people of one store, each with one HOTP token. */
export interface Crowd {
  readonly size: number;
  /** Right codes: people by turns, each person's counters in order, every code once in the life of the crowd. */
  right(count: number): Supply;
  /** Wrong codes: people by turns. */
  wrong(count: number): Supply;
  /** Codes that were acknowledged so far. */
  accepted(): number;
  /** The least `next` that this person's token must have, after all that was acknowledged. */
  expectedNext(person: number): number;
}

/** A crowd whose tokens are all new. */
export function createCrowd(size: number): Crowd {
  const next = new Int32Array(size);
  const expected = new Int32Array(size);
  let first = 0;
  let accepted = 0;
  const personAt = (index: number) => (first + index) % size;
  const counterAt = (index: number) => (next[personAt(index)] ?? 0) + Math.floor(index / size);

  const wrongs = new Map<number, { readonly counter: number; readonly request: Buffer }>();
  const wrongFor = (person: number): Buffer => {
    const counter = next[person] ?? 0;
    const known = wrongs.get(person);
    if (known?.counter === counter) return known.request;
    const request = toRequest(nameOf(person), wrongCodeAt(seedOf(person), counter));
    wrongs.set(person, { counter, request });
    return request;
  };

  return {
    size,
    right(count) {
      const requests = Array.from({ length: count }, (_, index) => {
        const person = personAt(index);
        return toRequest(nameOf(person), codeAt(seedOf(person), counterAt(index)));
      });
      return {
        requests,
        acknowledge(index) {
          const person = personAt(index);
          expected[person] = Math.max(expected[person] ?? 0, counterAt(index) + 1);
          accepted += 1;
        },
        spent(spent) {
          for (let index = 0; index < spent; index += 1) {
            const person = personAt(index);
            next[person] = (next[person] ?? 0) + 1;
          }
          first = personAt(spent);
        },
      };
    },
    wrong(count) {
      const requests = Array.from({ length: count }, (_, index) => wrongFor(index % size));
      return { requests, acknowledge: () => {}, spent: () => {} };
    },
    accepted: () => accepted,
    expectedNext: (person) => expected[person] ?? 0,
  };
}

function toRequest(username: string, otp: string): Buffer {
  return requestFor('otp_token_auth', { username, otp });
}

/** A request as bytes, by tenant `t1`. */
export function requestFor(operation: string, properties: Readonly<Record<string, string>>): Buffer {
  const body = JSON.stringify(properties);
  return Buffer.from(
    `PUT /api/authentication/${operation} HTTP/1.1\r\nhost: localhost\r\ntenant: t1\r\naccept: */*\r\nuser-agent: bench\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
