import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it came over the line. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, byte for byte. */
  readonly bytes: Buffer;
}

/** See {@link SimulatedMailServer.fail}. */
export type MailFault = { readonly at: 'recipient' | 'text'; readonly reply: number } | 'hang';

/** A mail server over the `smtp-server` package, which is not ours. */
export interface SimulatedMailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** What happens to the next mails: refused at the recipient or after the text with this reply, or no answer to the text. */
  fail(...faults: readonly MailFault[]): void;
  close(): Promise<void>;
}

/** Starts a mail server; with an account it wants to be given it, with a certificate, PEM, it speaks STARTTLS. */
export async function startSmtpSimulator(
  account?: { readonly username: string; readonly password: string },
  certificate?: { readonly cert: string; readonly key: string },
): Promise<SimulatedMailServer> {
  const mails: ReceivedMail[] = [];
  const faults: MailFault[] = [];
  const server = new SMTPServer({
    authOptional: account === undefined,
    allowInsecureAuth: certificate === undefined,
    disabledCommands: [...(certificate === undefined ? ['STARTTLS'] : []), ...(account === undefined ? ['AUTH'] : [])],
    ...certificate,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      const known = username === account?.username && password === account?.password;
      done(known ? null : reply(535, 'Bad credentials'), { user: username });
    },
    onRcptTo({ address }, _session, done) {
      const [fault] = faults;
      if (typeof fault !== 'object' || fault.at !== 'recipient') return done();
      faults.shift();
      done(reply(fault.reply, `<${address}> is not here`));
    },
    async onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
      const bytes = Buffer.concat((await stream.toArray()) as Buffer[]);
      mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), bytes });
      const fault = faults.shift();
      if (fault === 'hang') return;
      done(fault === undefined ? null : reply(fault.reply, 'No'));
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    fail: (...next) => void faults.push(...next),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
