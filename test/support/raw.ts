import { connect, type Socket } from 'node:net';

/** An answer, byte for byte. */
export interface RawAnswer {
  readonly status: number;
  /** Status line and header lines, as they came. */
  readonly lines: readonly string[];
  readonly body: string;
  header(name: string): string | undefined;
}

/** One connection, over which whole requests are written as bytes. */
export interface RawConnection {
  readonly socket: Socket;
  /** Writes the bytes. */
  send(bytes: string | Uint8Array): void;
  /** The next whole answer; undefined when the connection ended, or broke, before it was whole. */
  receive(): Promise<RawAnswer | undefined>;
  /** Resolves when the other side has closed, or reset, the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Connects to the server at the URL. @throws Error when nobody listens there */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received: Buffer = Buffer.alloc(0);
  let ended = false;
  let wake = () => {};
  socket.on('data', (bytes) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    wake();
  });
  // What broke the connection shows in the answer that is missing.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const end = () => {
    ended = true;
    wake();
  };
  socket.once('end', end).once('close', end);
  return {
    socket,
    closed,
    send: (bytes) => void socket.write(bytes),
    async receive() {
      for (;;) {
        const found = takeAnswer(received);
        if (found !== undefined) {
          received = found.rest;
          return found.answer;
        }
        if (ended) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => void socket.destroy(),
  };
}

function takeAnswer(bytes: Buffer): { readonly answer: RawAnswer; readonly rest: Buffer } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const lines = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(lines[0]?.split(' ')[1]);
  const header = (name: string) => {
    const line = lines.slice(1).find((text) => text.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return line?.slice(name.length + 1).trim();
  };
  // Nothing of ours answers in chunks; what Node.js refuses of its own accord comes in chunks and is empty.
  const chunked = header('transfer-encoding') === 'chunked';
  const length = chunked ? 5 : status < 200 || status === 204 ? 0 : Number(header('content-length') ?? 0);
  const from = headEnd + 4;
  if (bytes.length < from + length) return undefined;
  const body = bytes.toString('utf8', from, from + length);
  return { answer: { status, lines, body, header }, rest: bytes.subarray(from + length) };
}

/** The bytes of a `PUT` of an operation. Header values that are undefined are left out. */
export function putBytes(
  operation: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string | undefined>> = {},
): Buffer {
  const content = Buffer.from(body);
  const all = {
    host: '127.0.0.1',
    tenant: 't1',
    'content-type': 'application/json',
    'content-length': String(content.length),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  const head = `PUT /api/authentication/${operation} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content]);
}

/** Asks over a connection of its own and closes it. */
export async function askRaw(url: string, bytes: string | Uint8Array): Promise<RawAnswer | undefined> {
  const connection = await openRaw(url);
  try {
    connection.send(bytes);
    return await connection.receive();
  } finally {
    connection.close();
  }
}
