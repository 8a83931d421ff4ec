import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Authority } from './authority.ts';
import { createServerCertificates } from './certificates.ts';
import { createSimClock, type SimClock } from './clock.ts';
import { answerControl } from './control.ts';
import { createFaults, type FaultState } from './faults.ts';
import type {
  ClientCertificate,
  OwnFault,
  SimAnswer,
  SimCall,
  SimControl,
  SimRequest,
  Simulator,
} from './simulator.ts';
import { isUnread, sendAnswer, sendSpoiled, transportFaults } from './transport-faults.ts';

/** What a simulator is made of. */
export interface SimulatorParts {
  /** Issues the server's certificate; callers with a certificate of it are taken too. */
  readonly authority: Authority;
  /** Further authorities whose callers are taken, PEM. */
  readonly clientAuthorities: readonly string[];
  /** False: callers without a certificate are taken too. */
  readonly demandCertificate?: boolean;
  /** Subject of the server's certificate, and names and addresses it holds for beside `host`. */
  readonly certificate?: { readonly subject?: string; readonly names?: readonly string[] };
  handle(request: SimRequest): Promise<SimAnswer> | SimAnswer;
  readonly faults?: Readonly<Record<string, OwnFault>>;
  readonly control: SimControl;
  readonly clock?: SimClock;
  /** Address to listen at, both listeners; 127.0.0.1. */
  readonly host?: string;
  /** 0 takes any free one. */
  readonly port?: number;
  readonly controlPort?: number;
}

/** A simulator may run for weeks. */
const callsKept = 20_000;

/** Largest body that is read. */
const maxBytes = 2_000_000;

/** Starts a simulator: HTTPS that demands client certificates, and the page that controls it. */
export async function serveSimulator(parts: SimulatorParts): Promise<Simulator> {
  const { authority, control, host = '127.0.0.1', clock = createSimClock() } = parts;
  const { demandCertificate = true } = parts;
  const calls: SimCall[] = [];
  const certificates = await createServerCertificates(authority, host, parts.certificate);
  const base = {
    ca: [authority.certificatePem, ...parts.clientAuthorities],
    requestCert: true,
    rejectUnauthorized: demandCertificate,
    minVersion: 'TLSv1.2' as const,
  };
  const server = createTlsServer({ ...base, ...certificates.right }, (request, response) => {
    void respond(request, response, { parts, faults, calls });
  });
  // Longer than callers keep idle connections: one that is closed as a request comes in would look like a fault.
  server.keepAliveTimeout = 65_000;
  const faults = createFaults(parts.faults ?? {}, (fault) => {
    server.setSecureContext({ ...base, ...(fault === undefined ? certificates.right : certificates.of(fault)) });
    if (fault !== undefined) server.closeAllConnections();
  });
  // After the server’s own listener, which has chosen the certificate for this connection by then.
  server.on('connection', () => faults.countConnection());
  const url = `https://${await listen(server, host, parts.port)}`;

  const simulator: Omit<Simulator, 'controlUrl'> = {
    url,
    ca: authority.certificatePem,
    issueClient: (subject = 'CN=Test relying party') => authority.issue({ subject, use: 'client' }),
    calls,
    faults,
    clock,
    orders: () => control.orders(),
    async act(name, ref, given = {}) {
      const action = Object.hasOwn(control.actions, name) ? control.actions[name] : undefined;
      if (action === undefined) throw new Error(`there is no action "${name}"`);
      await action.run(ref, given);
    },
    close: async () => void (await Promise.all([end(server), end(page)])),
  };
  const page = createServer((request, response) => void answerControl(request, response, { control, simulator }));
  try {
    return { ...simulator, controlUrl: `http://${await listen(page, host, parts.controlPort)}` };
  } catch (error) {
    // Its port is taken; what listens already would keep the process.
    await end(server);
    throw error;
  }
}

interface Serving {
  readonly parts: SimulatorParts;
  readonly faults: FaultState;
  readonly calls: SimCall[];
}

async function respond(message: IncomingMessage, response: ServerResponse, { parts, faults, calls }: Serving) {
  try {
    const seen = await toRequest(message);
    if (calls.length >= callsKept) calls.splice(0, callsKept / 2);
    calls.push({ at: Date.now(), method: seen.method, path: seen.path, body: seen.body });
    const fault = faults.take(seen);
    const isTransport = fault !== undefined && Object.hasOwn(transportFaults, fault.name);
    const own = isTransport ? undefined : fault?.name;
    const answer = isUnread(fault) ? { status: 200, body: '' } : await parts.handle({ ...seen, fault: own });
    if (isTransport) sendSpoiled(response, answer, fault);
    else sendAnswer(response, answer);
  } catch {
    // The caller is gone, or the simulator is at fault: what a vendor's server would say then.
    if (!response.headersSent) sendAnswer(response, { status: 500, body: '' });
  }
}

async function toRequest(message: IncomingMessage): Promise<Omit<SimRequest, 'fault'>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  const { pathname, searchParams } = new URL(message.url ?? '/', 'https://simulator');
  return {
    method: message.method ?? '',
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
    clientCertificate: certificateOf(message.socket as TLSSocket),
  };
}

/** Read once per connection: it costs as much as the rest of a request. */
const known = new WeakMap<TLSSocket, ClientCertificate | undefined>();

function certificateOf(socket: TLSSocket): ClientCertificate | undefined {
  if (known.has(socket)) return known.get(socket);
  const found = socket.getPeerX509Certificate();
  const certificate =
    found === undefined || !socket.authorized
      ? undefined
      : { pem: found.toString(), fingerprint: found.fingerprint256, subject: found.subject };
  known.set(socket, certificate);
  return certificate;
}

type Listener = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;

async function listen(server: Listener, host: string, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

function end(server: Listener): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
