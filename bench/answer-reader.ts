/** One HTTP answer, as far as the bench looks at it. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly head: string;
  /** A character for each byte. */
  readonly body: string;
}

/**
 * Puts answers together from the pieces of one connection, for a client that never has two requests under way.
 *
 * Understands what both servers send: a status line, headers with `content-length`, a body. @throws Error at anything else
 */
export function createAnswerReader(): (piece: Buffer) => HttpAnswer | undefined {
  let text = '';
  return (piece) => {
    text += piece.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    if (length === undefined) throw new Error(`an answer without content-length: ${text.slice(0, end)}`);
    const whole = end + 4 + Number(length);
    if (text.length < whole) return undefined;
    if (text.length > whole) throw new Error('an answer that nobody asked for');
    const answer = { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) };
    text = '';
    return answer;
  };
}
