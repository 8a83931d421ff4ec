import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/schema.ts';
import { createManagement, type Readiness } from './management.ts';
import type { Metrics } from './metrics.ts';

/** A server that is ready but for its connections. */
export interface Inside {
  readonly api: FastifyInstance;
  readonly metrics: Metrics;
  readiness(): Promise<Readiness>;
}

/** Where a server is reached. */
export interface Door {
  /** Of the API. */
  readonly url: string;
  /** Where health and metrics are, if anywhere. */
  readonly managementUrl: string | undefined;
  /** Closes what is not the API. */
  close(): Promise<void>;
}

/** Listens as the configuration says. @throws Error when a port is taken */
export async function openOwnDoor({ listen, management: where }: Config, inside: Inside): Promise<Door> {
  const { api } = inside;
  const management = createManagement(inside);
  if (where !== undefined) await management.listen({ ...where });
  try {
    await api.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    await management.close();
    throw error;
  }
  return {
    url: urlOf(api.server.address(), listen.tls === undefined ? 'http' : 'https'),
    managementUrl: where && urlOf(management.server.address(), 'http'),
    close: () => management.close(),
  };
}

/** The address of a listener as a URL. */
export function urlOf(address: AddressInfo | string | null, scheme: 'http' | 'https'): string {
  const { address: host, port, family } = address as AddressInfo;
  return `${scheme}://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}
