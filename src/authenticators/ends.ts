import type { AuthenticatorSettings } from '../core/authenticator-settings.ts';
import type { Done } from './authenticator.ts';
import { begunAnew, type FlowBody } from './flow.ts';
import { at, lineage, type Mounted, type Site } from './site.ts';

/** Where the browser goes, and what the flow remembers from now on. */
export interface Way {
  readonly body: FlowBody;
  readonly location: string;
}

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

/** An authenticator has failed for good: its chain goes on, or everything begins anew. */
export function afterFailure(site: Site, id: string, body: FlowBody, because = id): Way {
  const parent = body.parents[id];
  const above = parent === undefined ? undefined : at(site, parent);
  if (above !== undefined && goesOn(above, id)) {
    return { body: { ...body, ended: { ...body.ended, [id]: 'failed' } }, location: above.path };
  }
  const line = [...new Set([...lineage(because, body), ...lineage(id, body)])];
  const top = lineage(id, body).at(-1) ?? id;
  return { body: begunAnew(body), location: first(site, line, 'failure_location') ?? at(site, top).path };
}

function goesOn({ settings: { type, config } }: Mounted, id: string): boolean {
  const item = config.chain.find((each) => each.id === id);
  return type === 'Chain' && (config.proceed_on_error || item?.required === false);
}

/** Somebody cancelled: back to the choice, or to the beginning of it all, unless the configuration knows better. */
export function afterCancel(site: Site, id: string, body: FlowBody): Way {
  const line = lineage(id, body);
  const { [id]: _, ...states } = body.states;
  const configured = first(site, line, 'cancel_location');
  if (configured !== undefined) return { body: begunAnew(body), location: configured };
  const choice = line.find((each) => each !== id && at(site, each).settings.type === 'Selector');
  if (choice === undefined) {
    const top = line.at(-1) ?? id;
    return top === id
      ? { body: { ...body, states }, location: at(site, id).path }
      : { body: begunAnew(body), location: at(site, top).path };
  }
  const { [choice]: __, ...rest } = states;
  return { body: { ...body, states: rest }, location: at(site, choice).path };
}

function first(site: Site, line: readonly string[], name: 'failure_location' | 'cancel_location') {
  return line.map((each) => at(site, each).settings.config[name]).find((location) => location !== undefined);
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
