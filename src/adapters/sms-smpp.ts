import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createBulkhead } from '../core/bulkhead.ts';
import type { SettingsOf } from '../core/gateway-settings.ts';
import type { Gateway, Receipt, Sending, Sms } from './messages-gateway.ts';
import {
  bindBody,
  commands,
  concatenationHeader,
  createFieldReader,
  type Submission,
  submitBody,
} from './sms-smpp-pdu.ts';
import { parseSmppReceipt } from './sms-smpp-receipt.ts';
import { createSmppSession, type SmppSession } from './sms-smpp-session.ts';
import { fromStatus } from './sms-smpp-status.ts';
import { type CarriedText, carryText } from './sms-text.ts';

/** What an SMPP gateway is made of. */
export interface SmppOptions {
  readonly name: string;
  readonly settings: SettingsOf<'smpp'>;
  readonly connectTimeoutMs: number;
  /** Takes what the message centre says of a message. When it fails the message centre is told to say so again later. */
  onReceipt(receipt: Receipt): Promise<void>;
}

/** First and longest wait before a lost session is taken up again; our choice. */
const again = { firstMs: 1000, mostMs: 60_000 };

/** ESME_RX_T_APPN: try again later (SMPP 3.4 §5.1.3). */
const tryLater = 0x64;

/**
 * A message centre that speaks SMPP 3.4, bound as transceiver.
 *
 * It is bound when the first message goes out, so that commands which send none do not take the place of the server; after that a lost session
 * is taken up again, for its receipts.
 */
export function createSmppGateway({ name, settings, connectTimeoutMs, onReceipt }: SmppOptions): Gateway {
  const window = createBulkhead({ atOnce: settings.window, waiting: 1000 });
  const leastMs = settings.timeoutMs / 4;
  let session: SmppSession | undefined;
  let connecting: Promise<SmppSession | Sending> | undefined;
  let waitMs = again.firstMs;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function onDeliver(body: Uint8Array): Promise<number> {
    const receipt = parseSmppReceipt(body);
    if (receipt === undefined) return 0;
    try {
      await onReceipt(receipt);
      return 0;
    } catch {
      return tryLater;
    }
  }

  async function bind(): Promise<SmppSession | Sending> {
    const socket = await open(settings, connectTimeoutMs);
    if (typeof socket === 'string') return { outcome: 'not-reached', code: socket };
    const bound = createSmppSession(socket, {
      enquireMs: settings.enquireSeconds * 1000,
      answerMs: settings.timeoutMs,
      onDeliver,
    });
    const { answer } = await bound.ask(commands.bindTransceiver, bindBody(settings), connectTimeoutMs);
    if (answer?.status !== 0) {
      socket.destroy();
      return answer === undefined ? { outcome: 'not-reached', code: 'no answer to bind' } : fromStatus(answer.status);
    }
    session = bound;
    waitMs = again.firstMs;
    void bound.ended.then(takeUpLater);
    return bound;
  }

  function takeUpLater(): void {
    session = undefined;
    if (closed) return;
    clearTimeout(retry);
    retry = setTimeout(async () => {
      const bound = await ready();
      if (!('ask' in bound)) takeUpLater();
    }, waitMs).unref();
    waitMs = Math.min(waitMs * 2, again.mostMs);
  }

  async function ready(): Promise<SmppSession | Sending> {
    if (closed) return { outcome: 'not-reached', code: 'closed' };
    if (session?.isOpen()) return session;
    connecting ??= bind().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function submit(bound: SmppSession, sms: Sms, text: CarriedText, deadline: number): Promise<Sending> {
    // Begun too late, it would time out while the message centre takes it, and nobody would know.
    if (deadline - performance.now() < leastMs) return { outcome: 'not-reached', code: 'out of time' };
    const ids: string[] = [];
    // One after the other: a part that is refused stops the rest, so that no half of a text goes out in vain.
    for (const index of text.parts.keys()) {
      const sending = await submitPart(bound, sms, toContent(sms, text, index), deadline);
      if (sending.outcome !== 'accepted') return index === 0 ? sending : { outcome: 'unknown', code: 'in parts' };
      ids.push(...sending.ids);
    }
    return { outcome: 'accepted', ids };
  }

  async function submitPart(bound: SmppSession, { to }: Sms, part: Content, deadline: number): Promise<Sending> {
    const left = Math.max(deadline - performance.now(), leastMs);
    const body = submitBody({ ...part, from: settings.from, to, wantsReceipt: settings.receipts });
    const { sent, answer } = await bound.ask(commands.submit, body, left);
    if (!sent) return { outcome: 'not-reached', code: 'session lost' };
    if (answer === undefined) return { outcome: 'unknown', code: 'no answer' };
    if (answer.status !== 0) return fromStatus(answer.status);
    const id = createFieldReader(answer.body).text();
    return { outcome: 'accepted', ids: id === '' ? [] : [receiptId(id, settings.receiptIds)] };
  }

  return {
    name,
    async send(sms) {
      const text = carryText(sms.text);
      if (text.parts.length > 255) return { outcome: 'refused', reason: 'content' };
      const deadline = performance.now() + settings.timeoutMs;
      const bound = await ready();
      if (!('ask' in bound)) return bound;
      let begun = false;
      try {
        return await window.run(() => {
          begun = true;
          return submit(bound, sms, text, deadline);
        }, AbortSignal.timeout(settings.timeoutMs));
      } catch (error) {
        if (begun) throw error;
        return { outcome: 'not-reached', code: 'window full' };
      }
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await connecting;
      await session?.end();
    },
  };
}

type Content = Pick<Submission, 'alphabet' | 'content' | 'hasHeader'>;

function toContent({ reference }: Sms, { alphabet, parts }: CarriedText, index: number): Content {
  const part = parts[index] ?? new Uint8Array();
  if (parts.length === 1) return { alphabet, content: part, hasHeader: false };
  const header = concatenationHeader(Number.parseInt(reference.slice(0, 2), 16), parts.length, index + 1);
  return { alphabet, content: Buffer.concat([header, part]), hasHeader: true };
}

/** The id as receipts will spell it. */
function receiptId(id: string, spelling: 'same' | 'decimal'): string {
  return spelling === 'decimal' && /^[0-9A-Fa-f]{1,32}$/.test(id) ? BigInt(`0x${id}`).toString() : id;
}

/** A connected socket, or the code of what went wrong. */
function open({ host, port, tls }: SettingsOf<'smpp'>, timeoutMs: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    const fail = (code: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(code);
    };
    const onError = (error: NodeJS.ErrnoException) => fail(error.code ?? error.name);
    const timer = setTimeout(() => fail('connect timed out'), timeoutMs);
    socket.once('error', onError);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}
