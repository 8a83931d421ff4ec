import { emptyBody, type FlowBody, stateIn } from './flow.ts';
import { toTurn } from './turn.ts';
import type { Work } from './work.ts';

/** What a Selector keeps. */
interface Chosen {
  readonly chosen: string;
  /** The flow when the choice was made for the first time. */
  readonly before: FlowBody;
}

/** The browser is sent to an authenticator by another one. */
export function sendTo(target: string, from: string, body: FlowBody): FlowBody {
  const parents = { ...body.parents, [target]: from };
  return { ...body, parents, states: { ...body.states, [from]: { chosen: target } } };
}

/** A choice at a Selector, perhaps another one than before: then whatever that has led to, and has proved, is as if it had never been. */
export async function choose(target: string, work: Work): Promise<FlowBody> {
  const { id } = work.mounted.settings;
  const { before } = (stateIn(work.body, id) ?? {}) as Partial<Chosen>;
  const fresh = before === undefined ? work.body : await goBack(before, work);
  const kept: Chosen = { chosen: target, before: fresh };
  const body = sendTo(target, id, fresh);
  return { ...body, states: { ...body.states, [id]: kept } };
}

/** The same flow before anything has happened in it. Whoever comes to it next finds nothing proved by, and nothing asked for, the one before. */
export function beginAnew(work: Work): Promise<FlowBody> {
  return goBack(emptyBody, work);
}

/** The flow as it was once. Orders that were placed since are ended: nobody is to approve one for nothing. */
async function goBack(before: FlowBody, work: Work): Promise<FlowBody> {
  for (const id of Object.keys(work.body.states)) {
    const mounted = work.site.get(id);
    if (mounted === undefined || stateIn(before, id) !== undefined) continue;
    await mounted.type?.drop?.(toTurn({ ...work, mounted }));
  }
  return { ...before, given: work.body.given };
}
