import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../test/support/memory-store.ts';
import { hotpOf } from '../../../test/support/oath.ts';
import { accountWith, owner, vault } from '../../../test/support/otp-account.ts';
import { createAuditLog } from '../../adapters/audit-log.ts';
import { systemChance } from '../../adapters/chance.ts';
import { newKeyLine, parseKeyRing } from '../../adapters/key-ring.ts';
import { qrCodes } from '../../adapters/qr-codes.ts';
import { type Account, accountOf } from '../../core/account.ts';
import { attemptPolicySchema } from '../../core/attempts.ts';
import { createBackends } from '../../core/backend.ts';
import type { Step } from '../../core/step.ts';
import { enroll, remove, verifyCode } from './steps.ts';

const person = { id: owner.user, attributes: { mail: ['ada@example.org'] } };
const claimant = { realm: 'default', name: 'ALovelace', person };
const { origin } = owner;
const user = { ...person, realm: 'default' };

// Steps of this method ask nobody for a number or a password, send nothing and draw nothing.
const unasked = {
  findByPhone: async () => [],
  findByAttribute: async () => [],
  checkPassword: async () => 'wrong' as const,
};
const silent = { sms: async () => {}, mail: async () => {} };

async function start() {
  const clock = { now: () => 0 };
  const store = createMemoryStore({ clock, log: createAuditLog(parseKeyRing(newKeyLine(0))) });
  const account = accountOf('default', owner.user);
  await store.change<Account, void>(account, () => ({ next: accountWith(), result: undefined }));
  const realm = {
    id: 'default',
    attempts: attemptPolicySchema.parse({ limit: 2 }),
    find: async () => person,
    ...unasked,
  };
  const realms = new Map([['default', realm]]);
  const outside = { messages: silent, backends: createBackends({}), qrCodes };
  const ports = { clock, store, vault, chance: systemChance, realms, ...outside };
  const run = async (step: Step, facts: object, settings = {}) => step.run(facts, step.config.parse(settings), ports);
  const accountNow = async () => (await store.read(account)) ?? {};
  return { run, accountNow };
}

describe('verify-code', () => {
  it('gives the person, now proved, as the directory has it', async () => {
    const { run } = await start();
    expect(await run(verifyCode, { claimant, origin, input: { otp: '755224' } })).toEqual({ user });
  });

  it('refuses for any reason with the same code, already recorded', async () => {
    const { run } = await start();
    const refusal = { code: 'code-refused', recorded: true };
    const unknown = { realm: 'default', name: 'nobody' };
    await expect(run(verifyCode, { claimant: unknown, origin, input: { otp: '755224' } })).rejects.toMatchObject(
      refusal,
    );
    await expect(run(verifyCode, { claimant, origin, input: {} })).rejects.toMatchObject({
      ...refusal,
      detail: 'wrong',
    });
    await expect(run(verifyCode, { claimant, origin, input: { otp: '000000' } })).rejects.toMatchObject(refusal);
    await expect(run(verifyCode, { claimant, origin, input: { otp: '755224' } })).rejects.toMatchObject({
      ...refusal,
      detail: 'locked',
    });
  });

  it('looks as far as its settings say', async () => {
    const { run } = await start();
    const facts = { claimant, origin, input: { otp: '287082' } };
    await expect(run(verifyCode, facts, { lookAhead: 0 })).rejects.toMatchObject({ detail: 'wrong' });
    await expect(run(verifyCode, facts, { lookAhead: 1 })).resolves.toBeDefined();
  });
});

describe('enroll and delete', () => {
  it('gives a token whose first code confirms it, and takes it away', async () => {
    const { run, accountNow } = await start();
    const { enrolment } = (await run(enroll, { user, origin, input: { type: 'hotp' } }, { issuer: 'Example' })) as {
      enrolment: { tokenid: string; secret: string; otpauth: string };
    };
    const { tokenid, secret, otpauth } = enrolment;
    expect((await accountNow()).tokens?.[tokenid]).toMatchObject({ state: 'unconfirmed', confirmBy: 168 * 3_600_000 });
    expect(JSON.stringify(await accountNow())).not.toContain(secret);
    expect(otpauth).toContain('otpauth://hotp/Example:alovelace?');
    await run(verifyCode, { claimant, origin, input: { otp: hotpOf({ secret }, 0) } });
    expect((await accountNow()).tokens?.[tokenid]).toMatchObject({ state: 'active', next: 1 });
    expect(await run(remove, { user, origin, input: { tokenid } })).toEqual({});
    expect(Object.keys((await accountNow()).tokens ?? {})).toEqual(['token-1']);
  });

  it('refuses to delete what is not there', async () => {
    const { run } = await start();
    await expect(run(remove, { user, origin, input: {} })).rejects.toMatchObject({ code: 'refused' });
  });
});
