import type { Config } from '../../config/schema.ts';
import { isLoopback, type Proxies } from './address.ts';
import { type CallerRequest, headerOf } from './caller-request.ts';
import { nothingShown, type Prover } from './verdict.ts';

const forwardingHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const;

/** Hosts that only a program on this machine reaches us by; a port may follow. */
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Lets programs of this machine in without proof; anyone where the settings say so.
 *
 * Neither a proxy that nobody configured nor a web page whose name was made to point here (DNS rebinding) counts as one.
 */
export function createOpenProver(listen: Pick<Config['listen'], 'allowOpenTenants'>, proxies: Proxies): Prover {
  if (listen.allowOpenTenants) return () => 'open';
  return (request) => (comesFromHere(request, proxies) ? 'open' : nothingShown);
}

function comesFromHere(request: CallerRequest, proxies: Proxies): boolean {
  const { headers } = request;
  if (!loopbackHost.test(headers.host ?? '')) return false;
  const source = proxies.sourceOf(request);
  if (!isLoopback(source.address)) return false;
  if (source.fromProxy) return true;
  // A proxy that does not say for whom it asks may ask for anybody.
  return !proxies.include(source.address) && forwardingHeaders.every((name) => headerOf(headers, name) === undefined);
}
