import type { observed, SignIn } from '../authenticators/index.ts';
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
import { createDrain, type Leave } from './drain.ts';
import { createListener } from './listener.ts';
import { createReadiness } from './management.ts';
import { createMetrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { openOwnDoor } from './own-door.ts';
import { tlsPeerOf } from './peer.ts';
import { mountReceipts, type ReceiptTaker } from './receipts.ts';
import { mountSignIn } from './sign-in.ts';
import { readTls } from './tls.ts';
import type { WorkerDoor } from './workers/door.ts';

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
  /** The sign-in pages; `seen` is told what comes of each authenticator. */
  openSignIn(seen: Parameters<typeof observed>[1]): SignIn;
  /** Present when the demo page is to be served. */
  readonly demo?: DemoParts | undefined;
  /** Present in a worker: where its connections come from. Otherwise the server listens itself. */
  readonly door?: WorkerDoor | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** Where the API is, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where health and metrics are, if anywhere. */
  readonly managementUrl: string | undefined;
  /** Answers what has been asked, then closes the listeners; asked again, what comes first counts. `drainSeconds` unless told otherwise. */
  stop(leave?: Leave): Promise<void>;
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
  const readiness = createReadiness(ports.store, draining.isDraining);
  const admit = createAdmission({ operations, tenants: tenantsOf(config), callers, ports });
  mountApi(api, { admit, ports, log, metrics, tlsPeerOf });
  if (receiptsUrl !== undefined) mountReceipts(api, { receiptsUrl, messages, log });
  const description = { ...parts, operations: operations.values(), schemes: schemesOf(config) };
  if (config.apiDocumentation) mountDocumentation(api, describeApi(description));
  mountApprove(api, { ...parts.approve, log, addressOf: callers.addressOf });
  const signIn = parts.openSignIn((settings, outcome) => metrics.pages.ended(settings, outcome));
  mountSignIn(api, {
    signIn,
    log,
    metrics: metrics.pages,
    addressOf: callers.addressOf,
    hasTls: listen.tls !== undefined,
  });
  if (demo !== undefined) mountDemo(api, () => demo.state(door.url, door.managementUrl));

  const inside = { api, metrics, readiness };
  const door = await (parts.door?.open(inside) ?? openOwnDoor(config, inside));
  await record(ports, { trace: noTrace, type: coreEvents.started }).catch(async (error: unknown) => {
    // Whoever could not begin must not go on listening.
    await draining.close({ seconds: 0, cutsIdle: true }).finally(() => door.close());
    throw error;
  });

  let stopped: Promise<void> | undefined;
  async function stop(drained: Promise<void>): Promise<void> {
    try {
      await drained;
      await record(ports, { trace: noTrace, type: coreEvents.stopped });
    } finally {
      // A store that is gone must not keep the process.
      await door.close();
    }
  }

  return {
    url: door.url,
    managementUrl: door.managementUrl,
    stop(leave = { seconds: config.drainSeconds, cutsIdle: true }) {
      // Who waits for news is answered now.
      ports.store.endWatches();
      const drained = draining.close(leave);
      stopped ??= stop(drained);
      return stopped;
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
