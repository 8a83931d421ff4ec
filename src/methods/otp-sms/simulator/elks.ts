import { randomBytes } from 'node:crypto';
import { formOf, hasBasic, startProvider } from './provider.ts';
import { createReporter, mediaTypes, type ReportingProvider } from './reports.ts';

/** The words of its delivery reports. */
export type ElksStatus = 'sent' | 'delivered' | 'failed';

/** 46elks as documented at https://46elks.com/docs/send-sms. */
export async function startElksSimulator(account: {
  readonly username: string;
  readonly password: string;
}): Promise<ReportingProvider<ElksStatus>> {
  const reporter = createReporter(({ id }, status: ElksStatus) => ({
    headers: mediaTypes.form,
    body: elksReport(id, status),
  }));
  const provider = await startProvider((call) => {
    if (call.method !== 'POST' || call.target !== '/a1/sms') return { status: 404, body: 'Not found' };
    if (!hasBasic(call, account.username, account.password))
      return { status: 401, body: 'API access requires Basic HTTP authentication.' };
    const { from, to, message, dontlog, whendelivered: url } = formOf(call);
    if (from === undefined || to === undefined || message === undefined) return { status: 400, body: 'Missing key' };
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return { status: 400, body: 'Invalid to number' };
    if (!/^([A-Za-z][A-Za-z0-9]{0,10}|\+\d+)$/.test(from)) return { status: 400, body: 'Invalid from' };
    const id = `s${randomBytes(16).toString('hex')}`;
    reporter.take({ id, url });
    return {
      status: 200,
      body: {
        id,
        status: 'created',
        from,
        to,
        ...(dontlog !== 'message' && { message }),
        created: '2026-01-02T03:04:05.678901',
        direction: 'outgoing',
        parts: 1,
        cost: 3500,
      },
    };
  });
  return { ...provider, ...reporter };
}

/** A delivery report as documented at https://46elks.se/docs/sms-delivery-reports. */
export function elksReport(id: string, status: ElksStatus): string {
  return new URLSearchParams({
    id,
    status,
    ...(status === 'delivered' && { delivered: '2026-01-02T03:04:09.123456' }),
  }).toString();
}
