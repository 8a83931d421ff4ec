import type { Person } from '../crowd.ts';
import type { Answer, World } from '../world.ts';
import { type Device, enrolDevice } from './device.ts';

/** Devices of people, and the assignments that were begun last. */
export interface Approvals {
  readonly devices: Map<string, Device>;
  readonly recent: string[];
}

/** How many assignments are asked about again later. */
const remembered = 400;

/** Starts an assignment and has it approved, rejected and taken back at once, while any node is asked how it stands. */
export async function approve(world: World, person: Person, approvals: Approvals): Promise<void> {
  const { random } = world;
  const device = approvals.devices.get(person.user) ?? (await enrol(world, person));
  if (device === undefined) return;
  approvals.devices.set(person.user, device);
  const { body } = await world.ask('open', 'onetouch_start_auth', { username: person.user });
  const id = body['assignmentid'];
  if (typeof id !== 'string') return;
  approvals.recent.push(id);
  if (approvals.recent.length > remembered) approvals.recent.shift();
  const [shown] = await Promise.all([device.fetch(id), poll(world, id)]);
  const waiting = random.chance(50) ? [poll(world, id, random.whole(1, 3)), poll(world, id, 1)] : [];
  if (random.chance(30)) await poll(world, id);
  const ends: (() => Promise<Answer>)[] = [() => world.ask('open', 'onetouch_cancel', { assignmentid: id })];
  if (shown !== undefined) {
    ends.push(() => device.answer(shown, 'approve'));
    if (random.chance(50)) ends.push(() => device.answer(shown, random.pick(['approve', 'reject'])));
  }
  const cancelled = random.chance(60);
  const chosen = cancelled ? ends : ends.slice(1);
  await Promise.all([poll(world, id), ...chosen.map((end) => end()), poll(world, id), ...waiting]);
  await Promise.all([poll(world, id), poll(world, id)]);
}

/** How some assignment of before stands. */
export async function pollOld(world: World, { recent }: Approvals): Promise<void> {
  const id = recent[world.random.whole(0, Math.max(0, recent.length - 1))];
  if (id !== undefined) await poll(world, id);
}

/** Asks how an assignment stands; with `wait`, for the answer to come only when something has changed. */
export function poll(world: World, assignmentid: string, wait = 0): Promise<Answer> {
  const headers = wait > 0 ? { prefer: `wait=${wait}` } : {};
  return world.ask('open', 'onetouch_check_auth', { assignmentid }, { headers });
}

async function enrol(world: World, { user }: Person): Promise<Device | undefined> {
  const { body } = await world.ask('open', 'onetouch_enroll', { username: user });
  const code = body['code'];
  return typeof code === 'string' ? enrolDevice(world, code) : undefined;
}
