import type { Socket } from 'node:net';
import { commands, createPduReader, encodePdu, type Pdu, response } from './sms-smpp-pdu.ts';

/** What a session needs to know. Durations in milliseconds. */
export interface SessionOptions {
  /** Silence after which the link is tried. */
  readonly enquireMs: number;
  /** How long the answer to an enquiry may take. */
  readonly answerMs: number;
  /** Takes a deliver_sm; resolves to the status it is answered with. */
  onDeliver(body: Uint8Array): Promise<number>;
}

/** One connection to a message centre, over which many requests may be under way at once. */
export interface SmppSession {
  /** Sends a request; the answer is absent when none came in time. `sent` is false when the request never left. */
  ask(command: number, body: Uint8Array, timeoutMs: number): Promise<Reply>;
  /** False when the connection is gone. */
  isOpen(): boolean;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  /** Waits for answers under way, takes leave (unbind) and hangs up. */
  end(): Promise<void>;
}

/** See {@link SmppSession.ask}. */
export interface Reply {
  readonly sent: boolean;
  readonly answer?: Pdu;
}

const none = new Uint8Array();

/** How long taking leave may take, twice; our choice. */
const leaveMs = 1000;

/** ESME_RINVCMDID: SMPP 3.4 §5.1.3. */
const unknownCommand = 0x03;

/** A session over a connected socket. */
export function createSmppSession(socket: Socket, { enquireMs, answerMs, onDeliver }: SessionOptions): SmppSession {
  const awaited = new Map<number, (answer?: Pdu) => void>();
  const read = createPduReader();
  let sequence = 0;
  let heardAt = performance.now();
  let open = true;

  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      open = false;
      clearInterval(enquiring);
      for (const settle of [...awaited.values()]) settle();
      resolve();
    });
  });

  function write(pdu: Pdu): void {
    if (open) socket.write(encodePdu(pdu));
  }

  function ask(command: number, body: Uint8Array, timeoutMs: number): Promise<Reply> {
    if (!open || !socket.writable) return Promise.resolve({ sent: false });
    sequence = (sequence % 0x7fffffff) + 1;
    const own = sequence;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(), timeoutMs);
      const settle = (answer?: Pdu) => {
        clearTimeout(timer);
        awaited.delete(own);
        resolve({ sent: true, ...(answer && { answer }) });
      };
      awaited.set(own, settle);
      write({ command, status: 0, sequence: own, body });
    });
  }

  async function take(pdu: Pdu): Promise<void> {
    const { command, sequence } = pdu;
    if (command >= response) return awaited.get(sequence)?.(pdu);
    const answer = { command: command + response, status: 0, sequence, body: none };
    if (command === commands.enquireLink) return write(answer);
    if (command === commands.deliver) {
      // The message_id of the answer is empty (SMPP 3.4 §4.6.2).
      return write({ ...answer, status: await onDeliver(pdu.body), body: Uint8Array.of(0) });
    }
    if (command === commands.unbind) {
      write(answer);
      open = false;
      socket.end();
      return;
    }
    write({ ...answer, command: commands.genericNack, status: unknownCommand });
  }

  async function enquire(): Promise<void> {
    if (performance.now() - heardAt < enquireMs) return;
    const { answer } = await ask(commands.enquireLink, none, answerMs);
    // A link that does not answer would take messages and lose them.
    if (answer === undefined) socket.destroy();
  }

  const enquiring = setInterval(() => void enquire(), Math.max(enquireMs / 2, 10)).unref();
  socket.on('data', (bytes) => {
    heardAt = performance.now();
    const pdus = read(bytes);
    if (pdus === undefined) socket.destroy();
    else for (const pdu of pdus) void take(pdu);
  });
  // What went wrong does not matter: 'close' follows, and tells everybody who waits.
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());

  return {
    ask,
    isOpen: () => open && socket.writable,
    ended,
    async end() {
      while (open && awaited.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await ask(commands.unbind, none, leaveMs);
      socket.end();
      setTimeout(() => socket.destroy(), leaveMs).unref();
      await ended;
    },
  };
}
