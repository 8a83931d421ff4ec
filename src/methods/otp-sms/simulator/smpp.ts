import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';

/** A PDU as the `smpp` package gives it. */
export interface SmppPdu {
  readonly command: string;
  readonly command_status: number;
  readonly [field: string]: unknown;
  response(fields?: object): SmppPdu;
}

/** A session as the `smpp` package gives it, at the message centre's end. */
export interface SmppPeer {
  on(event: string, listener: (pdu: SmppPdu) => void): void;
  send(pdu: SmppPdu): boolean;
  deliver_sm(fields: object, answered: (pdu: SmppPdu) => void): boolean;
  enquire_link(answered: (pdu: SmppPdu) => void): boolean;
  unbind(answered: (pdu: SmppPdu) => void): boolean;
  destroy(): void;
}

/** The part of the `smpp` package that is used here; it has no types of its own. */
interface SmppPackage {
  createServer(listener: (session: SmppPeer) => void): Server;
}

const smpp = createRequire(import.meta.url)('smpp') as SmppPackage;

/** A text message as the message centre put it together. */
export interface ReceivedSubmit {
  readonly from: unknown;
  readonly to: unknown;
  readonly text: string;
  readonly coding: unknown;
  /** Header of a part: 00 03 reference total number. */
  readonly header: string | undefined;
  readonly pdu: SmppPdu;
}

/** See {@link SimulatedCentre.fail}. */
export type SubmitFault = 'take' | 'hang' | 'break' | number;

/** A message centre over the `smpp` package (SMPP 3.4), an implementation that is not ours. */
export interface SimulatedCentre {
  readonly port: number;
  readonly submits: readonly ReceivedSubmit[];
  /** Commands of everything that arrived, in order. */
  readonly commands: readonly string[];
  /** Sessions that are open. */
  readonly sessions: ReadonlySet<SmppPeer>;
  /** What happens to the next submits: taken as usual, this status, no answer at all, or the line breaks. */
  fail(...faults: readonly SubmitFault[]): void;
  /** Stops answering enquiries. */
  deaf(): void;
  close(): Promise<void>;
}

/** Starts a message centre that takes this account. */
export async function startSmppSimulator(account: {
  readonly systemId: string;
  readonly password: string;
  /** The id of each message it takes, counted from 1; id1, id2, … */
  readonly idOf?: (count: number) => string;
}): Promise<SimulatedCentre> {
  const { idOf = (count) => `id${count}` } = account;
  const submits: ReceivedSubmit[] = [];
  const commands: string[] = [];
  const sessions = new Set<SmppPeer>();
  const faults: SubmitFault[] = [];
  let hears = true;

  function answerSubmit(session: SmppPeer, pdu: SmppPdu): void {
    submits.push(toSubmit(pdu));
    const fault = faults.shift();
    if (fault === 'break') session.destroy();
    else if (fault !== 'hang') {
      session.send(
        pdu.response(typeof fault === 'number' ? { command_status: fault } : { message_id: idOf(submits.length) }),
      );
    }
  }

  function answerBind(session: SmppPeer, pdu: SmppPdu): void {
    const known = pdu['system_id'] === account.systemId && pdu['password'] === account.password;
    session.send(pdu.response(known ? { system_id: 'SIM' } : { command_status: 0x0e }));
  }

  function answer(session: SmppPeer, pdu: SmppPdu): void {
    commands.push(pdu.command);
    if (pdu.command === 'submit_sm') answerSubmit(session, pdu);
    if (pdu.command === 'bind_transceiver') answerBind(session, pdu);
    if (pdu.command === 'unbind' || (pdu.command === 'enquire_link' && hears)) session.send(pdu.response());
  }

  const server = smpp.createServer((session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => undefined);
    session.on('pdu', (pdu) => answer(session, pdu));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    submits,
    commands,
    sessions,
    fail: (...next) => void faults.push(...next),
    deaf: () => {
      hears = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

function toSubmit(pdu: SmppPdu): ReceivedSubmit {
  const { message, udh } = pdu['short_message'] as { readonly message: string; readonly udh?: readonly Buffer[] };
  return {
    from: pdu['source_addr'],
    to: pdu['destination_addr'],
    text: message,
    coding: pdu['data_coding'],
    header: udh?.[0]?.toString('hex'),
    pdu,
  };
}
