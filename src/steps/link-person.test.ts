import { describe, expect, it } from 'vitest';
import { origin, transactionPorts } from '../../test/support/transactions.ts';
import type { Person } from '../core/directory.ts';
import type { Ports } from '../core/ports.ts';
import { linkPerson } from './link-person.ts';

const number = '200001012384';
const mapped = { identity: 'personalNumber', attribute: 'employeeNumber' };

/** A realm with these people, by what their attribute holds. */
function scene(people: Readonly<Record<string, string>>) {
  const { ports, events } = transactionPorts();
  const personOf = (id: string): Person => ({ id, attributes: { employeeNumber: [people[id] ?? ''] } });
  const asked: string[] = [];
  async function findByAttribute(attribute: string, value: string) {
    asked.push(`${attribute}=${value}`);
    return Object.keys(people).flatMap((id) => (people[id] === value ? [personOf(id)] : []));
  }
  const realms = new Map([['default', { id: 'default', findByAttribute }]]);
  const link = async (identity: object, settings: object = mapped) =>
    linkPerson.run({ identity, tenant: { id: 't1', realm: 'default' }, origin }, linkPerson.config.parse(settings), {
      ...ports,
      realms,
    } as unknown as Ports);
  return { link, events, asked };
}

describe('link-person', () => {
  it('gives the one person who has what the service said', async () => {
    const { link, events, asked } = scene({ ada: number, bo: '199001011239' });
    expect(await link({ personalNumber: number, name: 'Ada' })).toEqual({
      user: { id: 'ada', realm: 'default', attributes: { employeeNumber: [number] } },
    });
    expect(asked).toEqual([`employeeNumber=${number}`]);
    expect(await events()).toEqual(['person.linked']);
  });

  it.each<[string, Record<string, string>, object, string]>([
    ['nobody', { bo: 'x' }, { personalNumber: number }, 'nobody'],
    ['several', { ada: number, bo: number }, { personalNumber: number }, 'several'],
    ['somebody without it', { ada: '' }, { personalNumber: '' }, 'no-value'],
    ['what the service did not say', { ada: 'undefined' }, { name: 'Ada' }, 'no-value'],
    ['the name of a property of everything', { ada: 'x' }, Object.create({ personalNumber: 'x' }), 'no-value'],
  ])('refuses %s, and writes down why', async (_words, people, identity, reason) => {
    const { link, events } = scene(people);
    await expect(link(identity)).rejects.toMatchObject({ code: 'person-unknown', detail: reason, recorded: true });
    expect(await events()).toEqual([`person.not-linked ${reason}`]);
  });

  it('finds a personal number with or without its hyphen, when told to', async () => {
    const settings = { ...mapped, spelling: 'personal-number' };
    for (const written of [number, '20000101-2384']) {
      for (const said of [number, '20000101-2384']) {
        expect(await scene({ ada: written }).link({ personalNumber: said }, settings)).toMatchObject({
          user: { id: 'ada' },
        });
      }
    }
    await expect(scene({ ada: '000101-2384' }).link({ personalNumber: number }, settings)).rejects.toThrow('nobody');
    expect(await scene({ ada: 'SE2321' }).link({ personalNumber: 'SE2321' }, settings)).toHaveProperty('user');
  });

  it('takes the same person under both spellings for one, and two people for two', async () => {
    const settings = { ...mapped, spelling: 'personal-number' };
    const { link } = scene({ ada: number, bo: '20000101-2384' });
    await expect(link({ personalNumber: number }, settings)).rejects.toThrow('several');
    const { link: linkOne } = scene({ ada: number });
    expect(await linkOne({ personalNumber: number }, settings)).toHaveProperty('user.id', 'ada');
  });
});
