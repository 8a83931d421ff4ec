import { describe, expect, it } from 'vitest';
import type { Ports } from '../core/ports.ts';
import type { Step } from '../core/step.ts';
import { findClaimant, findUser } from './find-user.ts';

const ada = { id: 'alovelace', attributes: {} };
const asked: string[] = [];
const find = async (name: string) => {
  asked.push(name);
  return name.toLowerCase() === 'alovelace' ? ada : undefined;
};
const ports = { realms: new Map([['default', { id: 'default', find }]]) } as unknown as Ports;

const run = async (step: Step, input: object, settings: object = {}) =>
  step.run({ input, tenant: { id: 't1', realm: 'default' } }, step.config.parse(settings), ports);

describe('find-user', () => {
  it('gives the person as the directory spells the name', async () => {
    expect(await run(findUser, { username: 'ALovelace' })).toEqual({ user: { ...ada, realm: 'default' } });
  });

  it('refuses a name that nobody has, and one that is missing', async () => {
    await expect(run(findUser, { username: 'nobody' })).rejects.toMatchObject({ code: 'person-unknown' });
    await expect(run(findUser, {})).rejects.toMatchObject({ code: 'person-unknown' });
  });

  it('looks at the property that it is told to, and describes it', async () => {
    expect(await run(findUser, { who: 'alovelace' }, { property: 'who' })).toMatchObject({ user: { id: 'alovelace' } });
    expect(findUser.describe({ property: 'who' }).input).toHaveProperty('who');
  });
});

describe('find-claimant', () => {
  it('gives whoever claims to be there, with the person where there is one', async () => {
    expect(await run(findClaimant, { username: 'ALovelace' })).toEqual({
      claimant: { realm: 'default', name: 'ALovelace', person: ada },
    });
    expect(await run(findClaimant, { username: 'nobody' })).toEqual({ claimant: { realm: 'default', name: 'nobody' } });
    expect(await run(findClaimant, {})).toEqual({ claimant: { realm: 'default', name: '' } });
  });

  it('asks the directory for no more of a name than names have', async () => {
    await run(findClaimant, { username: 'x'.repeat(60_000) });
    expect(asked.at(-1)).toHaveLength(256);
  });
});
