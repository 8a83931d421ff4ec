import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Vault } from '../core/ports.ts';
import { RecentlyUsed } from '../core/recently-used.ts';
import { type Key, type Kind, type Store, settings } from '../core/store.ts';

/** The key pair by which push services know us (RFC 8292). Kept in the store, sealed, so that all processes have the same. */
export interface VapidKeys {
  readonly privateKey: KeyObject;
  /** Uncompressed point, base64url: what browsers subscribe with. */
  readonly publicKey: string;
}

interface Stored {
  readonly privateKey: string;
}

const vapid: Key<Stored> = { kind: settings as Kind<Stored>, id: 'vapid' };
const place = `${settings.name}\nvapid\nprivateKey`;

/** The keys of this store, made when there are none. Whoever comes first makes them; the others take those. */
export async function openVapidKeys(store: Store, vault: Vault): Promise<VapidKeys> {
  const { privateKey: sealed } = (await store.read(vapid)) ?? (await makeKeys(store, vault));
  return toKeys(createPrivateKey({ key: Buffer.from(vault.open(sealed, place)), format: 'der', type: 'pkcs8' }));
}

function makeKeys(store: Store, vault: Vault): Promise<Stored> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const next = { privateKey: vault.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), place) };
  return store.change(vapid, (current) => (current === undefined ? { next, result: next } : { result: current }));
}

function toKeys(privateKey: KeyObject): VapidKeys {
  const { x = '', y = '' } = privateKey.export({ format: 'jwk' });
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return { privateKey, publicKey: Buffer.concat(point).toString('base64url') };
}

/** How long a token holds, in seconds; 24 hours are the most (RFC 8292 §2). It is used for the first half. */
const tokenSeconds = 12 * 3600;

/** Origins whose tokens are kept. */
const tokensKept = 1000;

/** Makes the `Authorization` header for a push service; one token for each origin, used again. `contact`: mailto: or https:. */
export function createVapid(keys: VapidKeys, contact: string, now: () => number): (origin: string) => Promise<string> {
  const tokens = new RecentlyUsed<string, { readonly header: string; readonly until: number }>(tokensKept);
  return async (origin) => {
    const at = Math.floor(now() / 1000);
    const known = tokens.get(origin);
    // A clock that was set back makes a token hold for too long.
    if (known !== undefined && at < known.until && known.until - at <= tokenSeconds) return known.header;
    const token = await new SignJWT({})
      .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
      .setAudience(origin)
      .setExpirationTime(at + tokenSeconds)
      .setSubject(contact)
      .sign(keys.privateKey);
    const header = `vapid t=${token}, k=${keys.publicKey}`;
    tokens.set(origin, { header, until: at + tokenSeconds / 2 });
    return header;
  };
}
