import { z } from 'zod';
import { type Account, accountOf } from '../../core/account.ts';
import type { Person } from '../../core/directory.ts';
import type { Facts } from '../../core/facts.ts';
import { record } from '../../core/pipeline.ts';
import type { Chance, Ports } from '../../core/ports.ts';
import { type PushBackend, pushBackends } from '../../core/push.ts';
import { realmOf } from '../../core/realm.ts';
import { defineStep } from '../../core/step.ts';
import { transactionOf } from '../../core/transaction.ts';
import { finish } from '../../core/transaction-changes.ts';
import { startTransaction } from '../../core/transaction-run.ts';
import { readContext, readMatch } from './asked.ts';
import { type Assignment, method } from './assignment.ts';
import { pushEvents } from './events.ts';
import { ask, lineOf } from './line.ts';
import { wakeDevices } from './wake.ts';

const config = z.strictObject({
  property: z
    .string()
    .min(1)
    .default('username')
    .describe('Property of the request that holds the user name; username'),
  lifetimeSeconds: z.int().min(15).max(900).default(60).describe('How long the person has to answer; 60'),
  match: z
    .enum(['asked', 'always'])
    .default('asked')
    .describe('When a number must be typed to approve: when the request has match: "true", or always; asked'),
  passkey: z
    .boolean()
    .default(false)
    .describe('Approving takes a passkey of the device, with the person verified; false'),
});

/** See its summary. */
export const start = defineStep({
  name: `${method}/start`,
  summary: 'Ask a person on their devices; nothing tells whether anybody has that name',
  needs: ['input', 'tenant', 'origin', 'reply'],
  gives: ['transaction', 'reply'],
  config,
  records: true,
  describe: ({ property }) => ({
    input: {
      [property]: 'User name of the person',
      message: 'What is to be approved, at most 500 characters; nothing but the sign-in',
      context_application: 'The browser or program that asks, as the person would call it; at most 100 characters',
      context_place: 'Where it seems to be; at most 100 characters',
      context_address: 'Its network address; at most 100 characters',
      match: '"true": the person must type the number that is in the answer',
    },
    reply: {
      assignmentid: 'Id of the assignment, for asking how it stands',
      number: 'With match: three digits to show to the person, who types them on the device',
    },
  }),
  async run({ input, tenant, origin, reply }, settings, ports) {
    const backend = ports.backends.of(pushBackends, 'default');
    const context = readContext(input);
    const number = readMatch(input) || settings.match === 'always' ? newNumber(ports.chance) : undefined;
    const whom = await lookUp(tenant.realm, input[settings.property] ?? '', ports);
    const { lifetimeSeconds, passkey } = settings;
    const asker = backend.tenantName(tenant.id);
    const memory: Assignment = {
      ...context,
      person: whom.name,
      asker,
      passkey,
      ...(number !== undefined && { number }),
    };
    const opening = { method, tenant: tenant.id, realm: tenant.realm, word: 'pending', lifetimeSeconds, memory };
    const id = await startTransaction(opening, origin, ports);
    await present(
      { id, endsAt: ports.clock.now() + lifetimeSeconds * 1000, whom, tenant, origin },
      { ...ports, backend },
    );
    return {
      transaction: { id, method, state: 'pending' as const, word: 'pending' },
      reply: { ...reply, assignmentid: id, ...(number !== undefined && { number }) },
    };
  },
});

/** Whom a name means, and why nobody may be shown the request. */
interface Whom {
  readonly name: string;
  readonly person: Person | undefined;
  readonly account: Account | undefined;
  readonly muteBecause: 'person-unknown' | 'no-device' | 'paused' | undefined;
}

/** Does the same for a name that nobody has, as far as anybody outside can tell. */
async function lookUp(
  realm: string,
  written: string,
  { realms, store }: Pick<Ports, 'realms' | 'store'>,
): Promise<Whom> {
  const given = written.slice(0, 256);
  const person = await realmOf(realms, realm).find(given);
  const name = person?.id ?? given.normalize('NFC').toLowerCase();
  const account = await store.read(accountOf(realm, name));
  return { name, person, account, muteBecause: muteReason(person, account) };
}

function muteReason(person: Person | undefined, account: Account | undefined): Whom['muteBecause'] {
  if (person === undefined) return 'person-unknown';
  if (Object.keys(account?.devices ?? {}).length === 0) return 'no-device';
  return account?.pushPausedAt === undefined ? undefined : 'paused';
}

interface Presented {
  readonly id: string;
  readonly endsAt: number;
  readonly whom: Whom;
  readonly tenant: Facts['tenant'];
  readonly origin: Facts['origin'];
}

/** Puts the assignment on the person's line, ends the one before, and wakes the devices. */
async function present(
  { id, endsAt, whom, tenant, origin }: Presented,
  ports: Pick<Ports, 'store' | 'vault'> & { readonly backend: PushBackend },
): Promise<void> {
  const { name, person, account, muteBecause } = whom;
  const { realm } = tenant;
  const asked = { id, endsAt, mute: muteBecause !== undefined };
  const place = await ports.store.change(lineOf(realm, name), ask(asked, ports.backend.policy.budget));
  if (place.isLive && place.replaced !== undefined) {
    await ports.store.change(transactionOf(place.replaced), finish({ state: 'cancelled', word: 'replaced' }, origin));
  }
  const reason = muteBecause ?? (place.isLive ? undefined : 'too-soon');
  if (reason !== undefined) {
    const about = person === undefined ? { realm } : { realm, user: name };
    await record(ports, { ...origin, ...about, type: pushEvents.withheld, reason });
    return;
  }
  wakeDevices({ realm, user: name, origin }, account?.devices ?? {}, { assignment: id, endsAt }, ports);
}

/** Three digits, each number as likely as any other to one in a million. */
function newNumber(chance: Chance): string {
  const [a = 0, b = 0, c = 0, d = 0] = chance.bytes(4);
  return String((((a * 256 + b) * 256 + c) * 256 + d) % 1000).padStart(3, '0');
}
