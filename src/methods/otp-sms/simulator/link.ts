import { randomBytes } from 'node:crypto';
import { hasBasic, jsonOf, type SimulatedAnswer, startProvider } from './provider.ts';
import { createReporter, mediaTypes, type ReportingProvider } from './reports.ts';

/** Its reports hold numbers. */
interface LinkProvider extends ReportingProvider<number> {
  /** What the provider's staff does on request: reports through this gate go to this address. */
  setGate(gate: string, url: string): void;
}

/** LINK Mobility's `/sms/send`, from the provider's description of its JSON interface. */
export async function startLinkSimulator(account: {
  readonly username: string;
  readonly password: string;
}): Promise<LinkProvider> {
  const gates = new Map<string, string>();
  const reporter = createReporter(({ id }, code: number) => ({ headers: mediaTypes.json, body: linkReport(id, code) }));
  const provider = await startProvider((call) => {
    if (call.target !== '/sms/send') return { status: 404 };
    if (!hasBasic(call, account.username, account.password)) return fault(401, 106001, 'Authentication failed');
    const sms = jsonOf(call) ?? {};
    const { source, destination, platformId, platformPartnerId, userData, sourceTON } = sms;
    const required = [source, destination, platformId, platformPartnerId];
    if (required.some((value) => typeof value !== 'string')) return fault(400, 106100, 'Missing parameter');
    if (!/^\+[1-9]\d{6,14}$/.test(String(destination))) return fault(400, 106101, 'Invalid destination');
    if (!['ALPHANUMERIC', 'MSISDN', 'SHORTNUMBER'].includes(String(sourceTON)))
      return fault(400, 106102, 'Invalid TON');
    if (typeof userData !== 'string') return fault(400, 4003, 'Invalid user data');
    const messageId = randomBytes(18).toString('base64');
    const [gate] = sms['useDeliveryReport'] === true ? [sms['deliveryReportGates']].flat() : [];
    reporter.take({ id: messageId, url: gates.get(String(gate)) });
    return { status: 200, body: { messageId, resultCode: 1005, description: 'Queued', smsCount: 1 } };
  });
  return { ...provider, ...reporter, setGate: (gate, url) => void gates.set(gate, url) };
}

function fault(status: number, code: number, description: string): SimulatedAnswer {
  return { status, body: { status: code, description, translatedDescription: description } };
}

/** A delivery report as it is posted to a gate, same source. */
export function linkReport(id: string, resultCode: number): string {
  return JSON.stringify({
    refId: '0',
    id,
    operator: 'se.telia',
    sentTimestamp: '2026-01-02T03:04:05Z',
    timestamp: '2026-01-02T03:04:09Z',
    resultCode,
    operatorResultCode: '2',
    segments: 1,
    gateCustomParameters: {},
    customParameters: {},
  });
}
