import type { AuthenticatorSettings } from '../core/authenticator-settings.ts';
import type { Operation } from '../core/operation.ts';
import type { Gathered } from '../core/pipeline.ts';
import type { FlowPerson, Turn } from './authenticator.ts';

/** What follows a check: with the setting `link`, finding the identified person in the realm’s directories. */
export function linkSteps({ config: { link } }: AuthenticatorSettings): Operation['steps'] {
  if (link === undefined) return [];
  return [{ when: { 'transaction.state': 'approved' }, then: [{ step: 'link-person', ...link }] }];
}

/** Who was proved: the person of the directory with `link`, and whom the service names without it. Undefined for nobody. */
export function personProved(
  { user }: Pick<Gathered, 'user'>,
  named: string | undefined,
  { settings, realm }: Pick<Turn, 'settings' | 'realm'>,
): FlowPerson | undefined {
  if (user !== undefined) return { realm: user.realm, id: user.id };
  // Fail closed: whom the directory should have told is not taken from the service.
  if (settings.config.link !== undefined || named === undefined || named === '') return undefined;
  return { realm, id: named, isOutside: true };
}

/** What is exported of whom a service has identified (Fortified ID, "Exported data"). */
const names = [
  'givenName',
  'surName',
  'name',
  'personalNumber',
  'certificate',
  'userID',
  'deviceAddress',
  'deviceName',
  'deviceVersion',
] as const;

type Said = Readonly<Record<string, string | undefined>>;

/** All nine, and whatever else is said; `undefined` for what the service did not say, so that nothing of an earlier person stays behind. */
export function exportsOf(said: Said & Partial<Record<(typeof names)[number], string | undefined>>): Said {
  const all = [...new Set([...names, ...Object.keys(said)])];
  return Object.fromEntries(all.map((name) => [name, said[name] || undefined]));
}
