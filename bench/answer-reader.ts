/** One HTTP answer, as far as the bench looks at it. */
export interface HttpAnswer {
  readonly status: number;
  /** As it came, from the status line on. */
  readonly head: string;
  /** A character for each byte. */
  readonly body: string;
}

/**
 * Puts answers together from the pieces of one connection, for a client that never has two requests under way.
 *
 * Understands what the servers send: a status line, headers with `content-length` or `transfer-encoding: chunked`, a body. @throws Error at
 * anything else
 */
export function createAnswerReader(): (piece: Buffer) => HttpAnswer | undefined {
  let text = '';
  return (piece) => {
    text += piece.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const head = text.slice(0, end);
    const found = bodyOf(head, text.slice(end + 4));
    if (found === undefined) return undefined;
    if (found.rest !== '') throw new Error('an answer that nobody asked for');
    text = '';
    return { status: Number(head.slice(9, 12)), head, body: found.body };
  };
}

interface Found {
  readonly body: string;
  /** What came after it. */
  readonly rest: string;
}

/** The body; undefined while it is not whole. */
function bodyOf(head: string, text: string): Found | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    return text.length < Number(length)
      ? undefined
      : { body: text.slice(0, Number(length)), rest: text.slice(Number(length)) };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) throw new Error(`an answer of unknown length: ${head}`);
  return joinChunks(text);
}

/** RFC 9112 §7.1, without trailers. */
function joinChunks(text: string): Found | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const length = Number.parseInt(text.slice(at, end), 16);
    if (Number.isNaN(length)) throw new Error('an answer whose chunks cannot be read');
    const next = end + 2 + length + 2;
    if (text.length < next) return undefined;
    body += text.slice(end + 2, end + 2 + length);
    if (length === 0) return { body, rest: text.slice(next) };
    at = next;
  }
}
