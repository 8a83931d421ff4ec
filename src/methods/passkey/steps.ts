import { z } from 'zod';
import { type Account, accountOf, accounts, claimOfPasskey, ownerOf } from '../../core/account.ts';
import { toBase64Url } from '../../core/base64.ts';
import type { Person } from '../../core/directory.ts';
import type { Facts } from '../../core/facts.ts';
import type { Chance, Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { defineStep } from '../../core/step.ts';
import { passkeyBackends } from './backend.ts';
import { enrolPasskey, passkeysAt, usePasskey } from './keys.ts';

/** How long a person may take over it, in milliseconds (WebAuthn Level 3 §15.1 recommends five to ten minutes). */
export const lastsMs = 300_000;

/** ES256 and RS256: what all platforms have one of. */
const algorithms = [-7, -257];

const config = z.strictObject({});

// These steps are run by pages alone, who know the challenge of the flow and the origin they were asked at: no operation can name them.

/** Tells how many passkeys the person `user` has for `rpId`. */
const count = defineStep({
  name: 'passkey/count',
  summary: 'Count the passkeys of a person',
  needs: ['input', 'tenant'],
  gives: ['reply'],
  config,
  records: true,
  async run({ input, tenant }, _settings, { store }) {
    const account = await store.read(accountOf(tenant.realm, input['user'] ?? ''));
    return { reply: { count: String(passkeysAt(account, input['rpId'] ?? '').length) } };
  },
});

/** Makes request options (WebAuthn Level 3 §5.5), for the passkeys of `user`, or for whichever there is. */
const ask = defineStep({
  name: 'passkey/ask',
  summary: 'Ask for a passkey',
  needs: ['input', 'tenant'],
  gives: ['reply'],
  config,
  records: true,
  async run({ input, tenant }, _settings, { store, chance }) {
    const { rpId = '', user } = input;
    const account = user === undefined ? undefined : await store.read(accountOf(tenant.realm, user));
    const challenge = newBytes(chance);
    const options = {
      challenge,
      rpId,
      timeout: lastsMs,
      userVerification: 'required',
      allowCredentials: listed(account, rpId),
    };
    return { reply: { challenge, options: JSON.stringify(options) } };
  },
});

/** Makes creation options (WebAuthn Level 3 §5.4) for the person `user`, who must be in a directory. */
const offer = defineStep({
  name: 'passkey/offer',
  summary: 'Offer to make a passkey',
  needs: ['input', 'tenant'],
  gives: ['reply'],
  config,
  records: true,
  async run({ input, tenant }, _settings, ports) {
    const { rpId = '', rpName = rpId } = input;
    const person = await find(input['user'], tenant, ports);
    const account = await ports.store.read(accountOf(tenant.realm, person.id));
    const handle = account?.passkeyHandle ?? newBytes(ports.chance);
    const challenge = newBytes(ports.chance);
    const options = {
      rp: { id: rpId, name: rpName },
      user: { id: handle, name: person.id, displayName: person.attributes['displayName']?.[0] ?? person.id },
      challenge,
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
      timeout: lastsMs,
      attestation: 'none',
      excludeCredentials: listed(account, rpId),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    };
    return { reply: { challenge, handle, options: JSON.stringify(options) } };
  },
});

/** Accepts what a passkey made of `challenge`; `expected` is who it has to be, where that is known. */
const verify = defineStep({
  name: 'passkey/verify',
  summary: 'Accept a passkey',
  needs: ['input', 'tenant', 'origin'],
  gives: ['user'],
  config,
  records: true,
  proves: true,
  async run({ input, tenant, origin }, _settings, ports) {
    const { credential = '', challenge = '', rpId = '', page = '', expected } = input;
    const { id, userHandle } = readCredential(credential);
    const holder = await ports.store.holder(accounts, claimOfPasskey(id));
    const owner = holder === undefined ? undefined : ownerOf(holder);
    if (owner?.realm !== tenant.realm) throw refused('unknown');
    const key = accountOf(owner.realm, owner.user);
    const account = await ports.store.read(key);
    const kept = account?.passkeys?.[id];
    if (kept?.rpId !== rpId) throw refused('unknown');
    // Whoever was not known before is known by the handle (WebAuthn Level 3 §7.2, step 6).
    const isNamed = userHandle === undefined && expected !== undefined;
    if (!isNamed && userHandle !== account?.passkeyHandle) throw refused('handle');
    // The counter is looked at in the change below, once for all copies.
    const passkey = { id, publicKey: kept.publicKey, counter: 0 };
    const checks = ports.backends.of(passkeyBackends, 'default').at({ rpId, origins: [page] });
    const used = await checks.assert(credential, challenge, passkey);
    if (used === undefined) throw refused('not-proved');
    const person = await realmOf(ports.realms, owner.realm).find(owner.user);
    if (person?.id !== owner.user) throw refused('nobody');
    if (expected !== undefined && (await find(expected, tenant, ports)).id !== person.id) throw refused('other-person');
    const use = await ports.store.change(key, usePasskey({ ...owner, origin }, used));
    if (use !== 'accepted') throw refused(use);
    return { user: { ...person, realm: owner.realm } };
  },
});

/** Gives the person `user` the passkey that was made of `challenge`. */
const enrol = defineStep({
  name: 'passkey/enrol',
  summary: 'Give a person a passkey',
  needs: ['input', 'tenant', 'origin'],
  gives: [],
  config: z.strictObject({ isFirst: z.boolean() }),
  records: true,
  async run({ input, tenant, origin }, { isFirst }, ports) {
    const { credential = '', challenge = '', rpId = '', page = '', handle = '' } = input;
    const person = await find(input['user'], tenant, ports);
    const checks = ports.backends.of(passkeyBackends, 'default').at({ rpId, origins: [page] });
    const made = await checks.register(credential, challenge);
    if (made === undefined) throw refused('not-proved');
    const owner = { realm: tenant.realm, user: person.id, origin };
    await ports.store.change(
      accountOf(owner.realm, owner.user),
      enrolPasskey(owner, { ...made, rpId, handle, isFirst }),
    );
    return {};
  },
});

/** Every step of the method. */
export const pageSteps = [count, ask, offer, verify, enrol];

function refused(reason: string): Problem {
  return new Problem('passkey-refused', reason, { recorded: true });
}

async function find(
  name: string | undefined,
  { realm }: Facts['tenant'],
  { realms }: Pick<Ports, 'realms'>,
): Promise<Person> {
  const person = await realmOf(realms, realm).find(name ?? '');
  if (person === undefined) throw new Problem('person-unknown', 'nobody', { recorded: true });
  return person;
}

function listed(account: Account | undefined, rpId: string): readonly object[] {
  return passkeysAt(account, rpId).map((id) => ({ type: 'public-key', id }));
}

function newBytes(chance: Chance): string {
  return toBase64Url(chance.bytes(32)).replaceAll('=', '');
}

/** What a credential says of itself, before anything is proved. @throws Problem 'passkey-refused' */
function readCredential(text: string): { readonly id: string; readonly userHandle?: string | undefined } {
  const { id, response } = JSON.parse(text) as {
    readonly id?: unknown;
    readonly response?: { readonly userHandle?: unknown };
  };
  // At most 1023 bytes (WebAuthn Level 3 §4).
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,1364}$/.test(id)) throw refused('malformed');
  const userHandle = response?.userHandle ?? undefined;
  if (userHandle !== undefined && typeof userHandle !== 'string') throw refused('malformed');
  return { id, userHandle };
}
