import { type ApprovalDevice, enrolDevice } from './approval-device.ts';
import { type Answer, simpleConfig, startTestServer, type TestServer } from './server.ts';

const operations = ['onetouch_start_auth', 'onetouch_check_auth', 'onetouch_cancel', 'onetouch_enroll'];

/** People, tenants and settings for tests of approving on the phone. */
export function pushConfig(more: object = {}): object {
  const people = {
    wgretzky: { attributes: { displayName: 'Wayne Gretzky', mail: 'wayne@example.org' } },
    alovelace: { attributes: { displayName: 'Ada Lovelace' } },
  };
  const tenant = { operations, callers: [{ open: true }] };
  const tenants = { t1: { ...tenant, name: 'Kundportalen' }, t2: { ...tenant, name: 'Another' } };
  return simpleConfig(people, { tenants, ...more });
}

/** A server with what tests of approving on the phone do all the time. */
export interface PushServer extends TestServer {
  invite(username?: string): Promise<string>;
  enrol(username?: string): Promise<ApprovalDevice>;
  start(more?: object, username?: string): Promise<Record<string, string>>;
  check(assignmentid: string | undefined, tenant?: string): Promise<Answer>;
  statusOf(assignmentid: string | undefined): Promise<unknown>;
}

/** See {@link PushServer}; it ends with the test. */
export async function startPushServer(more: object = {}): Promise<PushServer> {
  const server = await startTestServer(pushConfig(more));
  const invite = async (username = 'wgretzky') => {
    const { body } = await server.put('onetouch_enroll', { username });
    return String(body?.['code']);
  };
  const check = (assignmentid: string | undefined, tenant = 't1') =>
    server.put('onetouch_check_auth', { assignmentid }, { tenant });
  return {
    ...server,
    invite,
    check,
    enrol: async (username) => enrolDevice(server.url, server.clock, await invite(username)),
    start: async (given = {}, username = 'wgretzky') =>
      (await server.put('onetouch_start_auth', { username, ...given })).body as Record<string, string>,
    statusOf: async (id) => (await check(id)).body?.['status'],
  };
}
