import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What a server says to a request: an LDAP result code and its text. */
export interface LdapAnswer {
  readonly code: number;
  readonly text?: string;
}

/** An entry that a search finds. */
export interface AnsweredEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly (string | Buffer)[]>>;
}

/** A request as it came. `filter` is the filter's bytes as Latin-1 text, in which its values can be looked for. */
export type LdapRequest =
  | { readonly operation: 'bind'; readonly name: string; readonly password: string }
  | { readonly operation: 'search'; readonly base: string; readonly scope: number; readonly filter: string }
  | { readonly operation: 'other'; readonly tag: number };

/** Answers requests; undefined is no answer at all. */
export interface Responses {
  bind?(name: string, password: string): LdapAnswer | undefined;
  search?(base: string, filter: string): (LdapAnswer & { readonly entries?: readonly AnsweredEntry[] }) | undefined;
  /** Servers that every search refers to beside its entries. */
  readonly references?: readonly string[];
}

/**
 * A small LDAP server (RFC 4511) that says what it is told to, written from the RFC and not with the library that is tested with it.
 *
 * Knows simple bind, search and unbind, over plain TCP.
 */
export async function startLdapResponder(responses: Responses) {
  const requests: LdapRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      for (let message = readPart(received); message !== undefined; message = readPart(received)) {
        received = received.subarray(message.size);
        const [id, operation] = partsOf(message.value);
        if (id === undefined || operation === undefined) return void socket.destroy();
        const request = toRequest(operation);
        requests.push(request);
        for (const answer of answersTo(request, responses)) socket.write(part(0x30, part(0x02, id.value), answer));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  return {
    url: `ldap://127.0.0.1:${port}`,
    requests,
    /** How many connections were ever opened. */
    connections: () => connections,
    /** Closes the connections there are, without a word. */
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    async end() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answersTo(request: LdapRequest, { bind, search, references = [] }: Responses): Buffer[] {
  if (request.operation === 'bind') {
    const answer = bind === undefined ? { code: 0 } : bind(request.name, request.password);
    return answer === undefined ? [] : [result(0x61, answer)];
  }
  if (request.operation === 'other') return [];
  const answer = search === undefined ? { code: 0 } : search(request.base, request.filter);
  if (answer === undefined) return [];
  const referrals = references.map((url) => part(0x73, octets(url)));
  return [...(answer.entries ?? []).map(entry), ...referrals, result(0x65, answer)];
}

function result(tag: number, { code, text = '' }: LdapAnswer): Buffer {
  return part(tag, part(0x0a, Buffer.from([code])), octets(''), octets(text));
}

function entry({ dn, attributes }: AnsweredEntry): Buffer {
  const lists = Object.entries(attributes).map(([name, values]) =>
    part(0x30, octets(name), part(0x31, ...values.map(octets))),
  );
  return part(0x64, octets(dn), part(0x30, ...lists));
}

function toRequest({ tag, value }: Part): LdapRequest {
  if (tag !== 0x60 && tag !== 0x63) return { operation: 'other', tag };
  const [first, second, third] = partsOf(value);
  if (tag === 0x60) return { operation: 'bind', name: `${second?.value}`, password: `${third?.value}` };
  const filter = partsOf(value)[6]?.value.toString('latin1') ?? '';
  return { operation: 'search', base: `${first?.value}`, scope: second?.value[0] ?? -1, filter };
}

/** One element of BER (X.690) with a length that is known. */
interface Part {
  readonly tag: number;
  readonly value: Buffer;
  /** With tag and length. */
  readonly size: number;
}

function readPart(bytes: Buffer): Part | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  const extra = first < 0x80 ? 0 : first - 0x80;
  if (bytes.length < 2 + extra) return undefined;
  const length = extra === 0 ? first : bytes.readUIntBE(2, extra);
  const size = 2 + extra + length;
  return bytes.length < size ? undefined : { tag, value: bytes.subarray(2 + extra, size), size };
}

function partsOf(bytes: Buffer): Part[] {
  const parts: Part[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = readPart(rest);
    if (next === undefined) break;
    parts.push(next);
    rest = rest.subarray(next.size);
  }
  return parts;
}

function part(tag: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([Buffer.from([tag, 0x84]), length, value]);
}

function octets(value: string | Buffer): Buffer {
  return part(0x04, Buffer.from(value as string));
}
