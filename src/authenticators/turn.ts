import { pageCaller } from '../core/event.ts';
import { record, runOperation } from '../core/pipeline.ts';
import { Problem } from '../core/problem.ts';
import { newReference } from '../core/session.ts';
import type { Turn } from './authenticator.ts';
import { parentIn, stateIn } from './flow.ts';
import { at } from './site.ts';
import { headersOf, originOf, type Work } from './work.ts';

/** What an authenticator gets to see of a message with this data. `own`: origin of the page, for addresses that lead back to it. */
export function toTurn(work: Work, data: Turn['data'] = {}, own = ''): Turn {
  const { body, mounted, request, ports } = work;
  const { id, config } = mounted.settings;
  return {
    settings: mounted.settings,
    state: stateIn(body, id),
    data,
    exports: body.exports,
    user: body.user,
    known: body.user ?? body.claimed,
    pageUrl: `${own}${mounted.path}`,
    userAgent: request.headers['user-agent'] ?? '',
    address: request.address,
    mayOrder: () => request.mayOrder(),
    realm: mounted.realm,
    now: ports.clock.now(),
    isOptional: isOptional(work),
    newReference: () => newReference(ports.chance),
    isSameSecret: (a, b) => ports.vault.equal(a, b),
    run(role, input) {
      const operation = mounted.operations.get(role);
      if (operation === undefined) throw new Problem('internal', `${id} has no operation for ${role}`);
      const caller = { name: pageCaller(id), address: request.address };
      const tenant = { id: config.tenant, realm: mounted.realm };
      const start = {
        operation: operation.name,
        tenant,
        caller,
        headers: headersOf(work),
        input,
        origin: originOf(work),
        reply: {},
      };
      return runOperation(operation, start, ports);
    },
    note(type, more = {}) {
      const subject = config.custom_identifier;
      return record(ports, { ...originOf(work), realm: mounted.realm, ...(subject && { subject }), ...more, type });
    },
  };
}

function isOptional({ body, mounted: { settings }, site }: Work): boolean {
  const parent = parentIn(body, settings.id);
  if (parent === undefined) return false;
  return at(site, parent).settings.config.chain.some(({ id, required }) => id === settings.id && !required);
}
