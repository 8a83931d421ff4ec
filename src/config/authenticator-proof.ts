import { type AuthenticatorSettings, inOrder } from '../core/authenticator-settings.ts';
import type { Fault } from '../core/fault.ts';
import type { Salvaged } from './salvage.ts';

type Checked = Salvaged<AuthenticatorSettings>;

/** What passing an authenticator can do: leave a name for those after it, or prove a person. */
interface Use {
  readonly names: boolean;
  readonly proves: boolean;
}

const everything: Use = { names: true, proves: true };

/** Outermost authenticators by which nobody can ever be signed in: browsers would come to a failure, whatever people do. */
export function faultsOfProof(all: readonly (Checked | undefined)[]): Fault[] {
  const isLed = (id: string | undefined) =>
    all.some((each) => each?.config?.options?.some((option) => option?.target === id) || isItem(each, id));
  return all.flatMap((each, index) => {
    if (each === undefined || isLed(each.id) || useOf(each, false, all, []).proves) return [];
    const message = `authenticator "${each.id ?? index}": proves nobody, so that nobody could sign in by it`;
    return [{ path: ['authenticators', index], message }];
  });
}

function isItem(each: Checked | undefined, id: string | undefined): boolean {
  return each?.config?.chain?.some((item) => item?.id === id) ?? false;
}

/** `isNamed`: somebody is known by then. What is wrong otherwise, and told elsewhere, counts as right. */
function useOf(
  { id = '', type, config = {} }: Checked,
  isNamed: boolean,
  all: readonly (Checked | undefined)[],
  above: readonly string[],
): Use {
  const below = (target: string | undefined, named: boolean): Use => {
    const found = all.find((each) => each?.id === target);
    return found === undefined || above.includes(id) ? everything : useOf(found, named, all, [...above, id]);
  };
  if (type === 'UserLookup') return { names: true, proves: false };
  if (type === 'OTPValidator') return { names: isNamed, proves: isNamed };
  if (type === 'Passkey') return { names: true, proves: config.enroll !== 'always' };
  const { options = [], chain = [] } = config;
  if (type === 'Selector' && options.length > 0)
    return options.map((option) => below(option?.target, isNamed)).reduce(either, nothing);
  if (type !== 'Chain' || chain.length === 0) return everything;
  const items = inOrder(chain.filter((item) => item !== undefined));
  return items.reduce((sum, item) => either(sum, below(item.id, isNamed || sum.names)), nothing);
}

const nothing: Use = { names: false, proves: false };

function either(a: Use, b: Use): Use {
  return { names: a.names || b.names, proves: a.proves || b.proves };
}
