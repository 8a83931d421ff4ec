import { createDeviceKeys } from './adapters/device-key.ts';
import { createHttpClient } from './adapters/http-client.ts';
import { createPasskeys } from './adapters/passkeys.ts';
import { createApns } from './adapters/push-apns.ts';
import { createPushDispatch } from './adapters/push-dispatch.ts';
import { createFcm } from './adapters/push-fcm.ts';
import { createWebPush } from './adapters/web-push.ts';
import { openVapidKeys, type VapidKeys } from './adapters/web-push-vapid.ts';
import { named, readAuthorities, readNamed } from './compose-files.ts';
import type { Config } from './config/schema.ts';
import type { Clock, Log, Vault } from './core/ports.ts';
import type { PushBackend, PushSender, PushTarget } from './core/push.ts';
import type { Store } from './core/store.ts';

interface PushParts {
  readonly config: Config;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/** The backend of approving on the phone, with what ends it. */
export interface PushCentre extends PushBackend {
  /** Resolves when no message is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Approving on the phone as the configuration says. @throws Error with a sentence for the operator that names the setting, when a file cannot be used */
export function createPush({ config, store, vault, clock, log }: PushParts): PushCentre {
  const { push, tenants } = config;
  const url = push.url ?? addressOf(config);
  let keys: Promise<VapidKeys> | undefined;
  const openKeys = () => {
    keys ??= openVapidKeys(store, vault).catch((error: unknown) => {
      // The store may be back the next time.
      keys = undefined;
      throw error;
    });
    return keys;
  };
  const web = createWebPush({
    keys: openKeys,
    contact: contactOf(push.web.contact, url),
    hosts: push.web.hosts,
    privateAddresses: push.web.privateAddresses,
    ca: readCa('push.web.ca', push.web.ca).ca,
    clock,
  });
  const native = { ...fcmOf(config, clock), ...apnsOf(config, clock) };
  const dispatch = createPushDispatch({ web, ...native }, { clock, log });
  const { name, maxDevices, invitationSeconds, clockSkewSeconds, budget, passkeys } = push;
  return {
    url,
    policy: { name, maxDevices, invitationSeconds, clockSkewSeconds, budget, offersPasskeys: passkeys },
    keys: createDeviceKeys(),
    passkeys: createPasskeys({ rpId: new URL(url).hostname, origins: [url, ...push.origins] }),
    tenantName: (id) => tenants[id]?.name ?? id,
    applicationServerKey: async () => (await openKeys()).publicKey,
    objectionTo: (target) => objectionTo(target, web.objectionTo, native),
    wake: dispatch.wake,
    idle: dispatch.idle,
    close: dispatch.close,
  };
}

/** Reads the files of one way to phones. @throws Error with a sentence for the operator that begins with the setting */
export async function tryPush(config: Config, way: 'web' | 'fcm' | 'apns', clock: Clock): Promise<void> {
  if (way === 'web') readCa('push.web.ca', config.push.web.ca);
  if (way === 'fcm') await fcmOf(config, clock).fcm?.close();
  if (way === 'apns') await apnsOf(config, clock).apns?.close();
}

function objectionTo(
  target: PushTarget,
  toEndpoint: (endpoint: string) => string | undefined,
  native: Readonly<Partial<Record<string, PushSender>>>,
): string | undefined {
  if (target.type === 'web') return toEndpoint(target.endpoint);
  return native[target.type] === undefined ? `is ${target.type}, which this server does not use` : undefined;
}

/** Where browsers on this computer reach the server; anybody else needs push.url. Passkeys need a name: `localhost` (WebAuthn §5.1.2). */
function addressOf({ listen: { host, port, tls } }: Config): string {
  const isLocal = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(host);
  const name = isLocal ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}`;
}

/** RFC 8292 §2.1: an address to write to, or a page. */
function contactOf(contact: string | undefined, url: string): string {
  return contact ?? (url.startsWith('https:') ? url : 'mailto:postmaster@localhost');
}

function fcmOf({ push: { fcm } }: Config, clock: Clock): { readonly fcm?: PushSender } {
  if (fcm === undefined) return {};
  const { ca, keyFile, url } = fcm;
  const text = readNamed('push.fcm.keyFile', keyFile);
  const http = createHttpClient({ tls: readCa('push.fcm.ca', ca) });
  const objection = 'is no key file of a service account, JSON';
  return {
    fcm: named('push.fcm.keyFile', keyFile, () => createFcm({ keyFile: text, url, http, clock }), objection),
  };
}

function apnsOf({ push: { apns } }: Config, clock: Clock): { readonly apns?: PushSender } {
  if (apns === undefined) return {};
  const settings = { ...apns, key: readNamed('push.apns.key', apns.key), ...readCa('push.apns.ca', apns.ca) };
  const open = () => createApns({ ...settings, clock });
  return { apns: named('push.apns.key', apns.key, open, 'is no signing key, PEM') };
}

function readCa(setting: string, paths: readonly string[] | undefined): { readonly ca?: readonly string[] } {
  return paths === undefined ? {} : { ca: readAuthorities(setting, paths) };
}
