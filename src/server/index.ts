import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { SignIn } from '../authenticators/index.ts';
import type { Config } from '../config/schema.ts';
import type { BoundOperation } from '../core/bind.ts';
import { coreEvents } from '../core/event.ts';
import { record } from '../core/pipeline.ts';
import type { Log, Ports } from '../core/ports.ts';
import { createAdmission } from './admission.ts';
import { mountApi } from './api.ts';
import { type ApproveParts, mountApprove } from './approve.ts';
import type { Callers } from './callers/index.ts';
import { type DemoParts, mountDemo } from './demo.ts';
import { mountDocumentation } from './documentation.ts';
import { createDrain } from './drain.ts';
import { createListener } from './listener.ts';
import { createManagement } from './management.ts';
import { createMetrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { tlsPeerOf } from './peer.ts';
import { mountReceipts, type ReceiptTaker } from './receipts.ts';
import { mountSignIn } from './sign-in.ts';
import { readTls } from './tls.ts';

/** What the server is made of. */
export interface ServerParts {
  readonly version: string;
  readonly config: Config;
  readonly operations: ReadonlyMap<string, BoundOperation>;
  readonly ports: Ports;
  readonly callers: Callers;
  /** Who takes delivery receipts, where the configuration asks for them. */
  readonly messages: ReceiptTaker;
  readonly log: Log;
  /** What devices ask of the server. */
  readonly approve: ApproveParts;
  readonly signIn: SignIn;
  /** Present when the demo page is to be served. */
  readonly demo?: DemoParts | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** Where the API is, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where health and metrics are, if anywhere. */
  readonly managementUrl: string | undefined;
  /** Answers what has been asked, then closes the listeners. */
  stop(): Promise<void>;
}

/** Trace of what the server does of its own accord. */
const noTrace = '0'.repeat(32);

/** Listens as the configuration says. @throws Error when a port is taken or a certificate cannot be read */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, ports, log, operations, callers, messages, demo } = parts;
  const { listen } = config;
  const { receiptsUrl } = config.messages;
  const metrics = createMetrics();
  const api = createListener(log, listen.tls && readTls(listen.tls));
  const draining = createDrain(api);
  const admit = createAdmission({ operations, tenants: tenantsOf(config), callers, ports });
  mountApi(api, { admit, ports, log, metrics, tlsPeerOf });
  if (receiptsUrl !== undefined) mountReceipts(api, { receiptsUrl, messages, log });
  const description = { ...parts, operations: operations.values(), schemes: schemesOf(config) };
  if (config.apiDocumentation) mountDocumentation(api, describeApi(description));
  mountApprove(api, { ...parts.approve, log, addressOf: callers.addressOf });
  mountSignIn(api, { ...parts, addressOf: callers.addressOf, hasTls: listen.tls !== undefined });
  if (demo !== undefined) mountDemo(api, () => demo.state(url, managementUrl));

  const management = createManagement({ metrics, store: ports.store, isDraining: draining.isDraining });
  if (config.management !== undefined) await management.listen({ ...config.management });
  const managementUrl = config.management && urlOf(management, 'http');
  try {
    await api.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    await management.close();
    throw error;
  }
  const url = urlOf(api, listen.tls === undefined ? 'http' : 'https');
  await record(ports, { trace: noTrace, type: coreEvents.started });

  return {
    url,
    managementUrl,
    async stop() {
      try {
        // Who waits for news is answered now.
        ports.store.endWatches();
        await draining.close(config.drainSeconds);
        await record(ports, { trace: noTrace, type: coreEvents.stopped });
      } finally {
        // A store that is gone must not keep the process.
        await management.close();
      }
    },
  };
}

function tenantsOf({ tenants }: Config) {
  const entries = Object.entries(tenants).map(([id, { realm, operations, rateLimit }]) => {
    return [id, { id, realm, operations: new Set(operations), rateLimit }] as const;
  });
  return new Map(entries);
}

function schemesOf({ tenants }: Config) {
  const callers = Object.values(tenants).flatMap((tenant) => tenant.callers);
  const uses = (scheme: string) => callers.some((caller) => scheme in caller);
  return { basic: uses('basic'), bearer: uses('bearer'), certificate: uses('certificate') };
}

function urlOf(server: FastifyInstance, scheme: string): string {
  const { address, port, family } = server.server.address() as AddressInfo;
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
