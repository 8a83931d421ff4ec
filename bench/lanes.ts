import type { HttpAnswer } from './answer-reader.ts';

/** What one connection asks for, one request after the other. */
export interface Lane {
  /** The next request; undefined when there is nothing more to ask. */
  next(): Buffer | undefined;
  /** The last one was answered, with the status hoped for. */
  acknowledge(answer: HttpAnswer): void;
}

/** The same requests over and over, shared out among so many lanes. */
export function ring(requests: readonly Buffer[], count: number): readonly Lane[] {
  return Array.from({ length: count }, (_, lane) => {
    let index = lane % Math.max(1, requests.length);
    return {
      next() {
        const request = requests[index];
        index += count;
        if (index >= requests.length) index = lane % requests.length;
        return request;
      },
      acknowledge() {},
    };
  });
}

/** Each of these once, a lane for each; the bodies of the answers, in the order of the requests, once all are there. */
export function onceEach(requests: readonly Buffer[]): {
  readonly lanes: readonly Lane[];
  bodies(): readonly string[];
} {
  const bodies: string[] = [];
  const lanes = requests.map((request, index) => {
    let left: Buffer | undefined = request;
    return {
      next() {
        const now = left;
        left = undefined;
        return now;
      },
      acknowledge({ body }: HttpAnswer) {
        bodies[index] = body;
      },
    };
  });
  return { lanes, bodies: () => bodies };
}

/** A request of a caller as bytes, by tenant `t1`. */
export function requestFor(operation: string, properties: Readonly<Record<string, string>>, more = ''): Buffer {
  const body = JSON.stringify(properties);
  return Buffer.from(
    `PUT /api/authentication/${operation} HTTP/1.1\r\nhost: localhost\r\ntenant: t1\r\naccept: */*\r\nuser-agent: bench\r\ncontent-type: application/json\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
