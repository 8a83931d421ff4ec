import { createCertificateReader } from './adapters/certificate-reader-x509.ts';
import { createJwsCheck } from './adapters/jws-check.ts';
import { createPasskeys } from './adapters/passkeys.ts';
import { createVendorClient, type VendorClient, type VendorClientSettings } from './adapters/vendor-client.ts';
import { openBankId } from './compose-bankid.ts';
import type { Config } from './config/schema.ts';
import { type Backends, createBackends } from './core/backend.ts';
import type { FrejaSettings } from './core/freja-settings.ts';
import type { NetIdSettings } from './core/netid-settings.ts';
import type { Clock, Log } from './core/ports.ts';
import type { PushBackend } from './core/push.ts';
import * as freja from './methods/freja/index.ts';
import * as netId from './methods/netid-access/index.ts';

/** The connections to outside services that are configured. */
export interface OpenBackends extends Backends {
  /** Lets calls in flight end. */
  close(): Promise<void>;
}

interface BackendParts {
  readonly clock: Clock;
  readonly log: Log;
}

/** The sections of the configuration that hold connections. */
export type Connections = Pick<Config, 'bankid' | 'freja' | 'netid'>;

/** What a connection is made with. */
interface Making extends BackendParts {
  /** Where the connection stands in the configuration, `netid.default`. */
  readonly where: string;
  client(settings: Omit<VendorClientSettings, 'name' | keyof typeof limits>): VendorClient;
}

/**
 * Per service: calls in flight and waiting, as each identification under way asks every other second or so; failures in a row after which it
 * is left alone, and for how long. Short: while it is, every question counts as one without an answer, and a few of those end an
 * identification. Our choice.
 */
const limits = { atOnce: 64, waiting: 1000, failures: 10, openMs: 2000 };

/**
 * Opens every connection that is configured; `push` is there already, as commands have it, too. Nothing is asked of anybody yet, but files of certificates are read.
 *
 * @throws Error with a sentence for the operator that names the setting, when a file cannot be used
 */
export function openBackends(
  { bankid, freja, netid }: Connections,
  parts: BackendParts,
  push?: PushBackend,
): OpenBackends {
  const clients: VendorClient[] = [];
  const close = async () => void (await Promise.all(clients.map((client) => client.close())));

  function openAll<S, B>(kind: string, all: Readonly<Record<string, S>>, open: (settings: S, making: Making) => B) {
    const opened = Object.entries(all).map(([name, settings]): [string, B] => {
      const where = `${kind}.${name}`;
      const client: Making['client'] = (given) => {
        const made = createVendorClient({ name: where, ...limits, ...given }, parts.log);
        clients.push(made);
        return made;
      };
      return [name, open(settings, { ...parts, where, client })];
    });
    return new Map(opened);
  }

  try {
    const backends = createBackends({
      bankid: openAll('bankid', bankid, openBankId),
      freja: openAll('freja', freja, openFreja),
      netid: openAll('netid', netid, openNetId),
      push: new Map(push && [['default', push]]),
      passkey: new Map([['default', { at: createPasskeys }]]),
    });
    return { ...backends, close };
  } catch (error) {
    void close();
    throw error;
  }
}

function openFreja(settings: FrejaSettings, { clock, log, where, client }: Making): freja.FrejaBackend {
  const { tls, jwsCertificates: files } = settings;
  const http = client({ tls, check: ({ authorities }) => freja.objectionToAuthorities(settings, authorities) });
  const name = `${where}.jwsCertificates`;
  const check = (signers: Parameters<typeof freja.objectionToSigners>[1]) =>
    freja.objectionToSigners(settings, signers);
  return freja.createFrejaBackend(settings, {
    http,
    clock,
    jws: createJwsCheck({ name, files, check }, { clock, log }),
  });
}

function openNetId(settings: NetIdSettings, { clock, log, where, client }: Making): netId.NetIdBackend {
  const setting = `${where}.certificate.authorities`;
  const reader = createCertificateReader(setting, settings.certificate.authorities);
  return netId.createNetIdBackend(settings, { http: client({ tls: settings.tls }), reader, clock, log });
}
