import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { Account, Token } from '../../src/core/account.ts';
import { attemptPolicySchema } from '../../src/core/attempts.ts';
import type { Vault } from '../../src/core/ports.ts';
import { type Owner, sealToken } from '../../src/methods/otp-token/manage.ts';
import type { TokenSeed } from '../../src/methods/otp-token/seed.ts';
import type { Try } from '../../src/methods/otp-token/use-code.ts';

/** A vault with a key of its own. */
export const vault: Vault = createVault(parseKeyRing(newKeyLine(0)));

/** Whose account it is. */
export const owner: Owner = { realm: 'default', user: 'alovelace', origin: { trace: 'a'.repeat(32), tenant: 't1' } };

/** The seed of RFC 4226 appendix D. */
export const seed = Buffer.from('12345678901234567890');

/** A seed to make a token from: HOTP with the seed of the RFC unless told otherwise. */
export function seedOf(form: Partial<TokenSeed> = {}): TokenSeed {
  const usual = { type: 'hotp', algorithm: 'SHA1', digits: 6, periodSeconds: 30, counter: 0 } as const;
  return { id: 'token-1', secret: seed, ...usual, ...form };
}

/** An active token, sealed for {@link owner}. */
export function tokenOf(form: Partial<TokenSeed> = {}, state: Partial<Token> = {}): Token {
  return { ...sealToken(owner, seedOf(form), vault), createdAt: 0, state: 'active', ...state };
}

/** An account with one token, `token-1`. */
export function accountWith(form: Partial<TokenSeed> = {}, state: Partial<Token> = {}): Account {
  return { tokens: { 'token-1': tokenOf(form, state) } };
}

/** A try at a code by somebody the directory knows. */
export function tryOf(typed: string, more: Partial<Try> = {}): Try {
  const person = { id: owner.user, attributes: {} };
  return {
    claimant: { realm: owner.realm, name: 'ALovelace', person },
    typed,
    origin: owner.origin,
    window: { lookAhead: 20, driftSteps: 1 },
    policy: attemptPolicySchema.parse({}),
    vault,
    ...more,
  };
}

/** A vault that counts what it is asked to compute. */
export function countingVault() {
  let hmacs = 0;
  const counting: Vault = {
    ...vault,
    hmac(hash, key) {
      const compute = vault.hmac(hash, key);
      return (message) => {
        hmacs += 1;
        return compute(message);
      };
    },
  };
  return { vault: counting, hmacs: () => hmacs };
}
