import { createHmac, randomBytes } from 'node:crypto';
import { formOf, hasBasic, type SimulatedAnswer, startProvider } from './provider.ts';
import { createReporter, mediaTypes, type ReportingProvider } from './reports.ts';

/** Twilio Messages as documented at https://www.twilio.com/docs/messaging/api/message-resource. */
export async function startTwilioSimulator(account: {
  readonly sid: string;
  readonly token: string;
  /** Numbers that opted out (21610). */
  readonly optedOut?: readonly string[];
}): Promise<ReportingProvider<string>> {
  const reporter = createReporter(({ id, url }, status: string) => {
    const fields = { MessageSid: id, MessageStatus: status, AccountSid: account.sid, ApiVersion: '2010-04-01' };
    const { headers, body } = twilioReport(url, account.token, fields);
    return { headers: { ...headers, ...mediaTypes.form }, body };
  });
  const provider = await startProvider((call) => {
    if (call.target !== `/2010-04-01/Accounts/${account.sid}/Messages.json`) return fault(404, 20404, 'Not found');
    if (!hasBasic(call, account.sid, account.token)) return fault(401, 20003, 'Authenticate');
    const form = formOf(call);
    const wrong = faultIn(form, account.optedOut ?? []);
    if (wrong !== undefined) return wrong;
    const { To: to, From: from, Body: body, StatusCallback: url } = form;
    const sid = `SM${randomBytes(16).toString('hex')}`;
    reporter.take({ id: sid, url });
    return {
      status: 201,
      body: {
        sid,
        status: 'queued',
        to,
        from: from ?? null,
        body,
        num_segments: '1',
        error_code: null,
        error_message: null,
        date_created: 'Fri, 02 Jan 2026 03:04:05 +0000',
        price: null,
        uri: `/2010-04-01/Accounts/${account.sid}/Messages/${sid}.json`,
      },
    };
  });
  return { ...provider, ...reporter };
}

function faultIn(form: ReturnType<typeof formOf>, optedOut: readonly string[]): SimulatedAnswer | undefined {
  const { To: to, From: from, MessagingServiceSid: service, Body: body = '' } = form;
  if (to === undefined || !/^\+[1-9]\d{6,14}$/.test(to)) return fault(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if ((from === undefined) === (service === undefined)) return fault(400, 21603, "A 'From' phone number is required.");
  if (body === '') return fault(400, 21602, 'Message body is required.');
  if (body.length > 1600) return fault(400, 21617, 'The concatenated message body exceeds the 1600 character limit.');
  return optedOut.includes(to) ? fault(400, 21610, 'Attempt to send to unsubscribed recipient') : undefined;
}

function fault(status: number, code: number, message: string): SimulatedAnswer {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

/** A signed status callback: https://www.twilio.com/docs/usage/security#validating-requests. */
export function twilioReport(url: string, token: string, fields: Readonly<Record<string, string>>) {
  const names = Object.keys(fields).sort();
  const signed = url + names.map((name) => `${name}${fields[name]}`).join('');
  return {
    headers: { 'x-twilio-signature': createHmac('sha1', token).update(signed).digest('base64') },
    body: new URLSearchParams(fields).toString(),
  };
}
