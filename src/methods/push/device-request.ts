import { type Account, accounts, claimOfDevice, type Device, ownerOf } from '../../core/account.ts';
import type { Origin } from '../../core/event.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { PushBackend } from '../../core/push.ts';
import type { Key, Kind } from '../../core/store.ts';
import type { Owner } from './devices.ts';
import { protocolVersion, signedText } from './signed-text.ts';

/** One request of a device as the server hands it on. */
export interface DeviceRequest {
  /** The last part of the path. */
  readonly what: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body, byte by byte, as it was signed. */
  readonly body: Uint8Array;
  /** The same as properties. */
  readonly input: Readonly<Record<string, string | undefined>>;
  readonly origin: Origin;
}

/** The device that signed a request, as its owner’s account has it. */
export interface SignedBy extends Owner {
  readonly id: string;
  readonly device: Device;
  readonly account: Account;
  readonly nonce: string;
}

/** What checking a request needs. */
export type RequestPorts = Pick<Ports, 'store' | 'clock'> & { readonly backend: Pick<PushBackend, 'keys' | 'policy'> };

/** @throws Problem 'protocol-unsupported' */
export function checkVersion({ headers }: Pick<DeviceRequest, 'headers'>): void {
  if (headers['portvakt-protocol'] !== protocolVersion) throw new Problem('protocol-unsupported');
}

/**
 * Who made a request: a device that is enrolled now, with its own key, at this time, never before.
 *
 * Nothing is written before the signature has been found right: nobody without a key makes us write.
 *
 * @throws Problem 'protocol-unsupported', 'clock-wrong', 'device-unknown', 'signature-refused', 'request-replayed'
 */
export async function admitDevice(request: DeviceRequest, ports: RequestPorts): Promise<SignedBy> {
  checkVersion(request);
  const id = request.headers['portvakt-device'] ?? '';
  checkClock(request, ports);
  const holder = isDeviceId(id) ? await ports.store.holder(accounts, claimOfDevice(id)) : undefined;
  const account = holder === undefined ? undefined : await ports.store.read<Account>({ kind: accounts, id: holder });
  const device = account?.devices?.[id];
  if (holder === undefined || account === undefined || device === undefined) throw new Problem('device-unknown');
  const nonce = await admitKey(request, id, device.key, ports);
  const origin = { ...request.origin, caller: `device:${id}` };
  return { ...ownerOf(holder), origin, id, device, account, nonce };
}

/** Checks that a request was signed by this key, and has not been made before; returns its nonce. For a device that enrols, `id` is empty. */
export async function admitKey(request: DeviceRequest, id: string, key: string, ports: RequestPorts): Promise<string> {
  const { headers, what, body } = request;
  const { keys, policy } = ports.backend;
  const nonce = headers['portvakt-nonce'] ?? '';
  const time = headers['portvakt-time'] ?? '';
  const text = signedText('request', { what, device: id, time, nonce, body: keys.digest(body) });
  const isRight = /^[A-Za-z0-9_-]{22}$/.test(nonce) && keys.verify(key, text, headers['portvakt-signature'] ?? '');
  if (!isRight) throw new Problem('signature-refused');
  if (!(await useNonce(id, nonce, policy.clockSkewSeconds, ports))) throw new Problem('request-replayed');
  return nonce;
}

/** @throws Problem 'clock-wrong' */
export function checkClock({ headers }: Pick<DeviceRequest, 'headers'>, { clock, backend }: RequestPorts): void {
  const time = headers['portvakt-time'] ?? '';
  const isNear = Math.abs(Number(time) - clock.now()) <= backend.policy.clockSkewSeconds * 1000;
  // In this form only, as it is in the text.
  if (!/^\d{13}$/.test(time) || !isNear) throw new Problem('clock-wrong');
}

const nonces: Kind<{ readonly at: number }> = { name: 'device-nonce' };

function nonceOf(device: string, nonce: string): Key<{ readonly at: number }> {
  return { kind: nonces, id: `${device}/${nonce}` };
}

/** Uses a nonce up; false when it was. Kept for as long as its request could be taken for a new one. */
function useNonce(device: string, nonce: string, skewSeconds: number, { store }: RequestPorts): Promise<boolean> {
  return store.change(nonceOf(device, nonce), (used, at) =>
    used !== undefined
      ? { result: false }
      : { next: { at }, expiresAt: at + (2 * skewSeconds + 60) * 1000, result: true },
  );
}

function isDeviceId(text: string): boolean {
  return /^[0-9a-f-]{36}$/.test(text);
}
