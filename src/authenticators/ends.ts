import type { AuthenticatorSettings } from '../core/authenticator-settings.ts';
import type { Done } from './authenticator.ts';
import { beginAnew } from './course.ts';
import { type FlowBody, parentIn } from './flow.ts';
import { at, lineage, type Mounted, type Site } from './site.ts';
import type { Way, Work } from './work.ts';

/** True when somebody is proved who is not the one this flow is about. */
export function isOtherPerson({ user }: Done, body: FlowBody): boolean {
  const known = body.user ?? body.claimed;
  return user !== undefined && known !== undefined && (user.id !== known.id || user.realm !== known.realm);
}

/** The flow after an authenticator is done: its exports replace earlier ones. `facts`: what its configured exports look at besides. */
export function afterDone(settings: AuthenticatorSettings, done: Done, body: FlowBody, facts: object): FlowBody {
  const own = withValues(body.exports, Object.entries(done.exports));
  const all = { ...facts, exports: own, identity: done.identity ?? {} };
  const configured = settings.config.exports.map(({ name, value }) => [name, value.render(all)] as const);
  const claimed = done.claims ?? body.claimed;
  const user = done.user ?? body.user;
  const isNew = done.method !== undefined && !body.methods.includes(done.method);
  return {
    ...body,
    ended: { ...body.ended, [settings.id]: 'done' },
    exports: withValues(own, configured),
    ...(claimed !== undefined && { claimed }),
    ...(user !== undefined && { user }),
    methods: isNew ? [...body.methods, done.method ?? ''] : body.methods,
  };
}

/** What is absent now must not stay behind as if it were this person’s. */
function withValues(
  exports: FlowBody['exports'],
  values: readonly (readonly [string, string | undefined])[],
): FlowBody['exports'] {
  const all = new Map(Object.entries(exports));
  for (const [name, value] of values) {
    if (value === undefined || value === '') all.delete(name);
    else all.set(name, value);
  }
  return Object.fromEntries(all);
}

/** An authenticator has failed for good, as `failed` says: its chain goes on, or everything begins anew. `because`: the one whose failure it was. */
export async function afterFailure(work: Work, failed: string, because = work.mounted.settings.id): Promise<Way> {
  const { body, mounted, site } = work;
  const { id } = mounted.settings;
  const parent = parentIn(body, id);
  const above = parent === undefined ? undefined : at(site, parent);
  if (above !== undefined && goesOn(above, id)) {
    return { body: { ...body, ended: { ...body.ended, [id]: 'failed' } }, location: above.path };
  }
  const line = [...new Set([...lineage(because, body), ...lineage(id, body)])];
  const location = first(site, line, 'failure_location');
  return { body: await beginAnew(work), failed, ...(location !== undefined && { location }) };
}

function goesOn({ settings: { type, config } }: Mounted, id: string): boolean {
  const item = config.chain.find((each) => each.id === id);
  return type === 'Chain' && (config.proceed_on_error || item?.required === false);
}

/** Somebody cancelled: everything begins anew, there, unless the configuration knows another place. */
export async function afterCancel(work: Work): Promise<Way> {
  const { body, flow, mounted, site } = work;
  const configured = first(site, lineage(mounted.settings.id, body), 'cancel_location');
  return { body: await beginAnew(work), location: configured ?? at(site, flow.entry).path };
}

function first(site: Site, line: readonly string[], name: 'failure_location' | 'cancel_location') {
  return line.map((each) => at(site, each).settings.config[name]).find((location) => location !== undefined);
}

/** The address at which somebody is told that nobody was signed in. `failed`: key of the text. */
export function failedPage({ path }: Mounted, failed: string): string {
  return `${path}/failed#${failed}`;
}

/** Where the browser goes with the access token, and the application’s own `state`. */
export function wayOut({ settings, path }: Mounted, token: string, state: string | undefined): string {
  const { success_location: location = path, token_delivery: by, token_name: name } = settings.config;
  if (by === 'form') return `${path}/finish`;
  const added = [...(by === 'query' ? [`${name}=${token}`] : []), ...(state === undefined ? [] : [`state=${state}`])];
  if (added.length === 0) return location;
  const [address = '', fragment] = location.split('#', 2);
  const query = `${address.includes('?') ? '&' : '?'}${added.join('&')}`;
  return `${address}${query}${fragment === undefined ? '' : `#${fragment}`}`;
}
