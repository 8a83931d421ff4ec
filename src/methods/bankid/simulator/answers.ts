import type { TestPerson } from '../../../simulator-kit/people.ts';
import type { SimAnswer, SimRequest } from '../../../simulator-kit/simulator.ts';
import { createCompletion } from './completion.ts';
import { errorFaults, proofFaults } from './faults.ts';
import type { Order, OrderBook } from './orders.ts';
import type { Bank } from './people.ts';
import { parseReference, parseStart, type StartPath, startPaths } from './requests.ts';

/** What the vendor’s interface is made of. */
export interface Service {
  readonly book: OrderBook;
  readonly bank: Bank;
  readonly now: () => number;
  /** After a cancel the order can be collected once more, as failed; sources differ. */
  readonly keepsCancelled: boolean;
}

const base = '/rp/v6.0/';

/** Answers as BankID’s relying party interface v6.0 does. The order of the checks is ours. */
export async function answer(request: SimRequest, service: Service): Promise<SimAnswer> {
  const { path, method, headers, fault } = request;
  const name = path.startsWith(base) ? path.slice(base.length) : '';
  const isStart = Object.hasOwn(startPaths, name);
  if (!isStart && name !== 'collect' && name !== 'cancel') return refuse(404, 'notFound', 'No such method');
  if (method !== 'POST') return refuse(405, 'methodNotAllowed', 'Only POST is supported');
  if (headers['content-type'] !== 'application/json') {
    return refuse(415, 'unsupportedMediaType', 'Only application/json without charset is supported');
  }
  const error = Object.entries(errorFaults).find(([known]) => known === fault)?.[1].answer;
  if (error !== undefined) return refuse(error.status, error.code, 'On purpose');
  const body = parseJson(request.body);
  if (fault === 'json-list') return ok([]);
  if (isStart) return start(name as StartPath, body, request, service);
  return name === 'collect' ? collect(body, request, service) : cancel(body, request, service);
}

function start(path: StartPath, body: unknown, request: SimRequest, { book }: Service): SimAnswer {
  const { clientCertificate, fault } = request;
  const parsed = parseStart(path, body);
  if (parsed === undefined || clientCertificate === undefined)
    return refuse(400, 'invalidParameters', 'Invalid parameters');
  const { fingerprint: owner, subject: relyingParty } = clientCertificate;
  const order = book.start({ path, body: parsed, owner, relyingParty });
  if (order === undefined) return refuse(400, 'alreadyInProgress', 'Order already in progress for pno');
  const { ref: orderRef, autoStartToken, qrStartToken, qrStartSecret } = order;
  const given = path.startsWith('phone/') ? { orderRef } : { orderRef, autoStartToken, qrStartToken, qrStartSecret };
  if (fault === 'missing-secret') return ok({ ...given, qrStartSecret: undefined });
  if (fault === 'missing-reference') return ok({ ...given, orderRef: undefined });
  return ok(fault === 'extra-properties' ? { ...given, extra: { deep: [1] } } : given);
}

async function collect(body: unknown, request: SimRequest, service: Service): Promise<SimAnswer> {
  const { book, bank, now } = service;
  const order = own(body, request, book);
  if (order === undefined) return refuse(400, 'invalidParameters', 'No such order');
  const { ref: orderRef, status, hint: hintCode } = order;
  const { fault } = request;
  if (status !== 'pending') book.forget(order);
  if (status !== 'complete' || !isFinished(order)) {
    return ok(inPending({ orderRef, status, hintCode }, fault));
  }
  const { spoiling = {} } = Object.entries(proofFaults).find(([known]) => known === fault)?.[1] ?? {};
  const completionData = await createCompletion(order, bank, spoiling, now());
  return ok(inComplete({ orderRef, status, completionData }, fault));
}

function cancel(body: unknown, request: SimRequest, { book, keepsCancelled }: Service): SimAnswer {
  const order = own(body, request, book);
  if (order?.status !== 'pending') return refuse(400, 'invalidParameters', 'No such order');
  book.fail(order, 'cancelled');
  if (!keepsCancelled) book.forget(order);
  return ok({});
}

/** Somebody else’s order is none. */
function own(body: unknown, { clientCertificate }: SimRequest, book: OrderBook): Order | undefined {
  const order = book.find(parseReference(body) ?? '');
  return order?.owner === clientCertificate?.fingerprint ? order : undefined;
}

function isFinished(order: Order): order is Order & { person: TestPerson } {
  return order.person !== undefined;
}

function inPending(said: { orderRef: string; status: string; hintCode: string }, fault: string | undefined): object {
  switch (fault) {
    case 'unknown-pending-hint':
      return { ...said, status: 'pending', hintCode: 'somethingNew' };
    case 'unknown-failed-hint':
      return { ...said, status: 'failed', hintCode: 'somethingNew' };
    case 'unknown-status':
      return { ...said, status: 'paused' };
    case 'missing-hint':
      return { ...said, hintCode: undefined };
    case 'missing-completion':
      return { orderRef: said.orderRef, status: 'complete' };
    case 'other-order':
      return { ...said, orderRef: '00000000-0000-4000-8000-000000000000' };
    case 'extra-properties':
      return { ...said, extra: 1 };
    default:
      return said;
  }
}

type Complete = { orderRef: string; status: string; completionData: Awaited<ReturnType<typeof createCompletion>> };

function inComplete(said: Complete, fault: string | undefined): object {
  const { completionData: data } = said;
  const { signature: _, ...unsigned } = data;
  const { user, device, ...rest } = data;
  switch (fault) {
    case 'missing-completion':
      return { ...said, completionData: undefined };
    case 'missing-signature':
      return { ...said, completionData: unsigned };
    case 'wrong-type':
      return { ...said, completionData: { ...data, user: { ...user, personalNumber: Number(user.personalNumber) } } };
    case 'other-order':
      return { ...said, orderRef: '00000000-0000-4000-8000-000000000000' };
    case 'extra-properties':
      return {
        ...said,
        extra: 1,
        completionData: { ...rest, user: { ...user, extra: 1 }, device: { ...device, extra: {} }, extra: [] },
      };
    case 'bare-completion':
      return {
        ...said,
        completionData: {
          ...data,
          device: { ipAddress: device.ipAddress },
          bankIdIssueDate: '2020-02-01',
          stepUp: null,
          risk: undefined,
        },
      };
    default:
      return said;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(status: number, errorCode: string, details: string): SimAnswer {
  return { ...ok({ errorCode, details }), status };
}

function ok(body: object): SimAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
