import { randomBytes } from 'node:crypto';
import { jsonOf, type SimulatedAnswer, startProvider } from './provider.ts';
import { createReporter, mediaTypes, type ReportingProvider } from './reports.ts';

/** Sinch batches as documented at https://developers.sinch.com/docs/sms/api-reference/. */
export async function startSinchSimulator(account: {
  readonly plan: string;
  readonly token: string;
}): Promise<ReportingProvider<string>> {
  const reporter = createReporter(({ id }, status: string) => ({
    headers: mediaTypes.json,
    body: sinchReport(id, status),
  }));
  const provider = await startProvider((call) => {
    if (call.target !== `/xms/v1/${account.plan}/batches`) return { status: 404 };
    if (call.headers['authorization'] !== `Bearer ${account.token}`) return { status: 401 };
    const batch = jsonOf(call);
    if (batch === undefined) return fault(400, 'syntax_invalid_json', 'Invalid JSON');
    const wrong = faultIn(batch);
    if (wrong !== undefined) return wrong;
    const { from, to, body, type, delivery_report: report, callback_url: url } = batch;
    const now = '2026-01-02T03:04:05.678Z';
    const id = randomBytes(13).toString('hex').toUpperCase();
    reporter.take({ id, url: report === 'none' ? undefined : String(url) });
    const said = { id, to, from, canceled: false, body, type, created_at: now, modified_at: now };
    return { status: 201, body: { ...said, delivery_report: report, expire_at: now, flash_message: false } };
  });
  return { ...provider, ...reporter };
}

function faultIn(batch: Readonly<Record<string, unknown>>): SimulatedAnswer | undefined {
  const { to, body, type, delivery_report: report, callback_url: url } = batch;
  if (!Array.isArray(to) || !to.every((number) => /^[1-9]\d{6,14}$/.test(String(number)))) {
    return fault(400, 'syntax_invalid_parameter_format', 'Invalid MSISDN');
  }
  if (typeof body !== 'string' || body === '' || body.length > 2000 || type !== 'mt_text') {
    return fault(400, 'syntax_constraint_violation', 'Body is required');
  }
  if (!['none', 'summary', 'full', 'per_recipient'].includes(String(report))) {
    return fault(400, 'syntax_constraint_violation', 'Unknown delivery_report');
  }
  return report !== 'none' && url === undefined ? fault(403, 'missing_callback_url', 'No callback URL') : undefined;
}

function fault(status: number, code: string, text: string): SimulatedAnswer {
  return { status, body: { code, text } };
}

/** A recipient delivery report, same source. */
export function sinchReport(id: string, status: string): string {
  return JSON.stringify({
    type: 'recipient_delivery_report_sms',
    batch_id: id,
    recipient: '46701740605',
    code: status === 'Delivered' ? 0 : 401,
    status,
    at: '2026-01-02T03:04:09.123Z',
  });
}
