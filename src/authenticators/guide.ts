import { inOrder } from '../core/authenticator-settings.ts';
import { endIn, type FlowBody, stateIn } from './flow.ts';
import { at, type Mounted, type Site } from './site.ts';

/** What becomes of a browser that comes to an authenticator. */
export type Stop =
  | { readonly what: 'stay' }
  | { readonly what: 'go'; readonly to: string }
  | { readonly what: 'done' }
  | { readonly what: 'failed'; readonly because?: string };

/** One thing a Selector offers. */
export interface Choice {
  readonly id: string;
  readonly target: string;
  readonly label: string;
  readonly logo?: string | undefined;
}

/** What a Selector offers in this flow. `facts`: what its conditions look at. */
export function choicesOf({ settings }: Mounted, facts: object): readonly Choice[] {
  return settings.config.options
    .filter(({ include_expr: condition }) => condition === undefined || condition.holds(facts))
    .map(({ id, target, label, logo }) => ({ id, target, label, ...(logo !== undefined && { logo }) }));
}

/** The type of page that somebody is led to: of a Chain its last, for which the others are only the way. */
export function typeBehind(site: Site, target: string): string {
  const { type, config } = at(site, target).settings;
  const last = type === 'Chain' ? inOrder(config.chain).at(-1) : undefined;
  return last === undefined ? type : typeBehind(site, last.id);
}

/** The target that was chosen; undefined before. */
export function chosenIn(id: string, body: FlowBody): string | undefined {
  const { chosen } = (stateIn(body, id) ?? {}) as { readonly chosen?: string };
  return chosen;
}

/** Where a browser belongs that asks for this authenticator’s page. */
export function stopAt(mounted: Mounted, body: FlowBody, facts: object): Stop {
  if (mounted.settings.type === 'Chain') return stopAtChain(mounted, body);
  if (mounted.settings.type === 'Selector') return stopAtSelector(mounted, body, facts);
  return { what: 'stay' };
}

function stopAtSelector(mounted: Mounted, body: FlowBody, facts: object): Stop {
  const { auto_select: autoSelect, auto_complete: autoComplete } = mounted.settings.config;
  const chosen = chosenIn(mounted.settings.id, body);
  if (chosen !== undefined && endIn(body, chosen) === 'done') return { what: 'done' };
  const choices = choicesOf(mounted, facts);
  const [only] = choices;
  if (only === undefined) return autoComplete ? { what: 'done' } : { what: 'stay' };
  return choices.length === 1 && autoSelect ? { what: 'go', to: only.target } : { what: 'stay' };
}

function stopAtChain({ settings }: Mounted, body: FlowBody): Stop {
  const { chain, proceed_on_error: proceed, require_subject: requireSubject } = settings.config;
  let because: string | undefined;
  for (const { id, required } of inOrder(chain)) {
    const how = endIn(body, id);
    if (how === undefined) return { what: 'go', to: id };
    if (how === 'failed' && required) because ??= id;
    if (because !== undefined && !proceed) break;
  }
  if (because !== undefined) return { what: 'failed', because };
  return requireSubject && body.user === undefined ? { what: 'failed' } : { what: 'done' };
}
