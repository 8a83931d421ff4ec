import { createAuthority } from '../../../simulator-kit/authority.ts';
import { createSimClock, type SimClock } from '../../../simulator-kit/clock.ts';
import { serveSimulator } from '../../../simulator-kit/serve.ts';
import type { SimAnswer, SimRequest, Simulator } from '../../../simulator-kit/simulator.ts';
import { createCards } from './cards.ts';
import { niasControl } from './control.ts';
import { niasPath, serviceDescription } from './description.ts';
import { ClientFault, faultAnswer, readCall, resultAnswer } from './envelopes.ts';
import { type NiasFault, niasFaults } from './faults.ts';
import { createOrders, isOpen } from './orders.ts';
import { callerOf, perform, Refusal, type Service } from './service.ts';

/** How the simulator behaves. What is not said is as a new server would have it. */
export interface NetIdSimulatorOptions {
  /** 127.0.0.1. */
  readonly host?: string;
  /** 0, any free one. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly clock?: SimClock;
  /** How long an order lasts; 90, as in the vendor’s example. */
  readonly lifetimeSeconds?: number;
  /** Where failures of Collect stand; `progress`. */
  readonly failures?: 'progress' | 'faults';
  /** What a second order of a person does; `replaces`. */
  readonly secondOrder?: 'replaces' | 'refused';
  /** For so long after an order a person gets no other; 0. */
  readonly blockSeconds?: number;
  /** Callers: only with a certificate; without one they are told `ACCESS_DENIED_RP`; or anybody, as demonstration servers do. `certificate`. */
  readonly callers?: 'certificate' | 'told' | 'anybody';
}

/** A Net iD Access server that nobody bought. */
export interface NetIdSimulator extends Simulator {
  /** Where the service answers; with `?wsdl` it describes itself. */
  readonly serviceUrl: string;
  /** The authority that the certificates of the test people are of, PEM. */
  readonly cardAuthority: string;
  /** Gives an open order this word, whatever it is. */
  say(ref: string, word: string): void;
}

/** Starts a Net iD Access server (vendor’s WSDL and pages on the interface; public clients of it). */
export async function createNetIdSimulator(options: NetIdSimulatorOptions = {}): Promise<NetIdSimulator> {
  const { clock = createSimClock(), lifetimeSeconds = 90, secondOrder = 'replaces', blockSeconds = 0 } = options;
  const { callers = 'certificate', failures = 'progress', host, port, controlPort } = options;
  const orders = createOrders({ clock, lifetimeSeconds, secondOrder, blockSeconds });
  const cards = await createCards();
  const service: Service = { orders, cards, registrations: new Map(), now: clock.now };
  const simulator = await serveSimulator({
    authority: await createAuthority({ name: 'Simulated Net iD Access' }),
    clientAuthorities: [],
    demandCertificate: callers === 'certificate',
    certificate: { subject: 'CN=Simulated Net iD Access Server' },
    handle: (request) => handle(request, service, { failures, isOpenToAll: callers === 'anybody' }),
    faults: niasFaults,
    control: niasControl(orders),
    clock,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(controlPort !== undefined && { controlPort }),
  });
  return {
    ...simulator,
    serviceUrl: `${simulator.url}${niasPath}`,
    cardAuthority: cards.authority.certificatePem,
    say: (ref, word) => orders.say(ref, word),
  };
}

interface Manner {
  readonly failures: 'progress' | 'faults';
  readonly isOpenToAll: boolean;
}

async function handle(request: SimRequest, service: Service, manner: Manner): Promise<SimAnswer> {
  if (request.path.toLowerCase() !== niasPath.toLowerCase()) return page(404, 'The resource cannot be found.');
  if (request.method === 'GET' && /^\?wsdl/i.test(`?${request.query}`)) return description(request);
  if (request.method !== 'POST') return page(405, 'Request format is unrecognized.');
  const fault = request.fault === undefined ? undefined : niasFaults[request.fault];
  const answer = await answerCall(request, service, manner, fault);
  return fault?.answer === undefined ? answer : fault.answer(answer);
}

async function answerCall(request: SimRequest, service: Service, manner: Manner, fault: NiasFault | undefined) {
  try {
    const call = readCall(request);
    try {
      if (request.clientCertificate === undefined && !manner.isOpenToAll) throw new Refusal('ACCESS_DENIED_RP');
      if (fault?.refusal !== undefined) throw new Refusal(fault.refusal);
      const said = await perform(call, callerOf(request, service), service, fault);
      const told = typeof said === 'string' || fault?.result === undefined ? said : fault.result(said);
      const failure = failureIn(told, manner);
      return failure === undefined ? resultAnswer(call, told) : faultAnswer(call.version, 'server', failure);
    } catch (error) {
      if (error instanceof Refusal) return faultAnswer(call.version, 'server', error.message);
      throw error;
    }
  } catch (error) {
    if (error instanceof ClientFault) return faultAnswer(error.version, 'client', error.message);
    throw error;
  }
}

/** The failure in a result of Collect, where failures are faults. `FAILED` is known as progress only. */
function failureIn(told: Awaited<ReturnType<typeof perform>> | undefined, { failures }: Manner): string | undefined {
  if (typeof told !== 'object' || failures === 'progress') return undefined;
  const word = told['progressStatus'];
  if (typeof word !== 'string' || word === 'COMPLETE' || word === 'FAILED') return undefined;
  return word === 'RETRY' || !isOpen({ word }) ? word : undefined;
}

function description({ headers }: SimRequest): SimAnswer {
  const body = serviceDescription(`https://${headers['host'] ?? 'localhost'}${niasPath}`);
  return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body };
}

function page(status: number, text: string): SimAnswer {
  const body = `<!DOCTYPE html><html><head><title>${text}</title></head><body><h1>Server Error</h1><h2>${text}</h2></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
