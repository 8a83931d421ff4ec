import { type Authority, createAuthority } from '../../../simulator-kit/authority.ts';
import { createSimClock, type SimClock } from '../../../simulator-kit/clock.ts';
import { serveSimulator } from '../../../simulator-kit/serve.ts';
import type { SimAnswer, SimRequest, Simulator } from '../../../simulator-kit/simulator.ts';
import { createControl } from './control.ts';
import { FrejaError, statusOf } from './errors.ts';
import { codeOf, frejaFaults } from './faults.ts';
import { type Context, readInit } from './init-request.ts';
import { createOrders, type OrderRules, type Orders } from './orders.ts';
import { readParameters } from './request.ts';
import { resultOf } from './result.ts';
import { createSigning, type Signing } from './signing.ts';

/** How a simulated service is started; everything may be left out. */
export interface FrejaSimulatorOptions extends Partial<OrderRules> {
  readonly authority?: Authority;
  /** Further authorities whose callers are taken, PEM. */
  readonly clientAuthorities?: readonly string[];
  readonly clock?: SimClock;
  /** The only `relyingPartyId` that is taken; any unless given. */
  readonly relyingPartyId?: string;
  readonly host?: string;
  readonly port?: number;
  readonly controlPort?: number;
}

/** Freja's services for relying parties, simulated. */
export interface FrejaSimulator extends Simulator {
  /** The certificate that results are signed with, PEM. */
  readonly signingCertificatePem: string;
  /** Signs with a new certificate from now on; gives it back, PEM. */
  rotateSigner(): Promise<string>;
}

/** Starts a simulated service, written from the vendor's documents ("Authentication Services", "Organisation ID Authentication"). */
export async function createFrejaSimulator(options: FrejaSimulatorOptions = {}): Promise<FrejaSimulator> {
  const { clock = createSimClock(), lifetimeSeconds = 120, unknownSsn = 'expire', clientAuthorities = [] } = options;
  const subject = 'CN=RSA Test Root CA (simulated), OU=Freja eID, O=Simulator, C=SE';
  const authority = options.authority ?? (await createAuthority({ name: 'Freja', subject }));
  const signing = await createSigning(authority);
  const orders = createOrders(clock, { lifetimeSeconds, unknownSsn });
  const { host, port, controlPort, relyingPartyId } = options;
  const simulator = await serveSimulator({
    authority,
    clientAuthorities,
    clock,
    faults: frejaFaults,
    control: createControl(orders, clock),
    handle: (request) => answer(request, { orders, signing, relyingPartyId }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(controlPort !== undefined && { controlPort }),
  });
  return {
    ...simulator,
    get signingCertificatePem() {
      return signing.certificatePem;
    },
    rotateSigner: () => signing.rotate(),
  };
}

interface Service {
  readonly orders: Orders;
  readonly signing: Signing;
  readonly relyingPartyId: string | undefined;
}

type Of = { readonly context: Context; readonly owner: string };
type Fields = Readonly<Record<string, unknown>>;

interface Call {
  readonly parameter: string;
  answer(content: Fields, of: Of, service: Service, fault: string | undefined): Fields;
}

const calls: Readonly<Record<string, Call>> = {
  init: {
    parameter: 'initAuthRequest',
    answer(content, of, { orders }, fault) {
      const { ref, qrSecret } = orders.begin(readInit(content, of.context), of);
      if (fault === 'no-reference') return {};
      if (fault === 'reference-number') return { authRef: 4711 };
      return { authRef: ref, ...(qrSecret !== undefined && { qrCodeSecret: qrSecret }) };
    },
  },
  getOneResult: {
    parameter: 'getOneAuthResultRequest',
    answer: ({ authRef }, of, { orders, signing }, fault) => resultOf(orders.find(authRef, of), signing, fault),
  },
  getResults: {
    parameter: 'getAuthResultsRequest',
    answer({ includePrevious }, { context, owner }, { orders, signing }) {
      if (includePrevious !== 'ALL') throw new FrejaError(1200);
      const own = orders.list().filter((order) => order.context === context && order.owner === owner);
      return { authenticationResults: own.map((order) => resultOf(order, signing)) };
    },
  },
  cancel: {
    parameter: 'cancelAuthRequest',
    answer({ authRef }, of, { orders }) {
      const order = orders.find(authRef, of);
      if (order.endedAt === undefined) orders.end(order, 'RP_CANCELED');
      return {};
    },
  },
};

/** Each service calls its start by another name. */
const paths: Readonly<Record<string, readonly [Context, string]>> = Object.fromEntries(
  Object.keys(calls).flatMap((name) => [
    [`/authentication/1.0/${name === 'init' ? 'initAuthentication' : name}`, ['personal', name]],
    [`/organisation/authentication/1.0/${name}`, ['organisation', name]],
  ]),
);

function answer({ method, path, body, clientCertificate, fault }: SimRequest, service: Service): SimAnswer {
  const [context, name] = (Object.hasOwn(paths, path) && paths[path]) || [];
  const call = calls[name ?? ''];
  if (context === undefined || call === undefined) return { status: 404, body: '' };
  if (method !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: '' };
  if (fault === 'code-missing') return json({ message: 'an error without a code' }, 400);
  const code = codeOf(fault);
  if (code !== undefined) return json({ code, message: 'as the fault has it' }, statusOf(code));
  try {
    const { content, relyingPartyId } = readParameters(body, call.parameter);
    const only = service.relyingPartyId;
    if (only !== undefined && relyingPartyId !== only) throw new FrejaError(1011);
    return json(call.answer(content, { context, owner: clientCertificate?.fingerprint ?? '' }, service, fault));
  } catch (error) {
    if (!(error instanceof FrejaError)) throw error;
    return json({ code: error.code, message: error.message }, statusOf(error.code));
  }
}

function json(value: object, status = 200): SimAnswer {
  return { status, headers: { 'content-type': 'application/json;charset=utf-8' }, body: JSON.stringify(value) };
}
