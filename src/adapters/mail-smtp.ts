import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { MailServerSettings } from '../core/gateway-settings.ts';
import type { RefusalReason, Sending } from './messages-gateway.ts';

/** A mail in plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Makes its Message-ID. */
  readonly reference: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A way to one mail server. */
export interface MailServer {
  send(mail: Mail): Promise<Sending>;
}

/** Durations in milliseconds. */
export interface MailTimeouts {
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
}

/** Hands mail to a server by SMTP (RFC 5321), one connection for each. */
export function createMailServer(
  settings: MailServerSettings,
  { connectTimeoutMs, timeoutMs }: MailTimeouts,
): MailServer {
  const { host, port, security, username, password = '', from } = settings;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username !== undefined && { auth: { user: username, pass: password } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      // A line break in an address or the subject would begin a header of its own.
      if (/[\r\n\0]/.test(mail.to + mail.subject)) return { outcome: 'refused', reason: 'content' };
      const message = await compose(mail, from);
      let begun = false;
      const raw = Readable.from(
        (function* () {
          begun = true;
          yield message;
        })(),
      );
      try {
        await transport.sendMail({ envelope: { from, to: [mail.to] }, raw });
        return { outcome: 'accepted', ids: [] };
      } catch (error) {
        return fromFailure(error, begun);
      }
    },
  };
}

function compose({ to, subject, text, reference, at }: Mail, from: string): Promise<Buffer> {
  const messageId = `<${reference}@${from.split('@').at(-1)}>`;
  const composer = new MailComposer({ from, to, subject, text, messageId, date: new Date(at), textEncoding: 'base64' });
  return composer.compile().build();
}

/** What a reply means when nothing more is known: RFC 5321 §4.2, RFC 4954 §6. */
const reasons: ReadonlyMap<number, RefusalReason> = new Map([
  [530, 'auth'],
  [534, 'auth'],
  [535, 'auth'],
  [550, 'invalid-recipient'],
  [551, 'invalid-recipient'],
  [553, 'invalid-recipient'],
  [552, 'quota'],
  [554, 'content'],
]);

/** The library's words are left behind: they hold the address. */
function fromFailure(error: unknown, begun: boolean): Sending {
  const { responseCode, code } = error instanceof Error ? (error as SmtpError) : {};
  if (typeof responseCode === 'number' && responseCode >= 400) {
    const reason = reasons.get(responseCode) ?? (responseCode < 500 ? 'unavailable' : 'other');
    return { outcome: 'refused', reason: code === 'EAUTH' ? 'auth' : reason, code: String(responseCode) };
  }
  if (code === 'EAUTH') return { outcome: 'refused', reason: 'auth' };
  return { outcome: begun ? 'unknown' : 'not-reached', code: typeof code === 'string' ? code : undefined };
}

interface SmtpError extends Error {
  readonly responseCode?: unknown;
  readonly code?: unknown;
}
