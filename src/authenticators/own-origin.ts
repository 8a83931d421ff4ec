/** What a request says of the page it comes from. */
export interface Whence {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which no page can forge. */
  readonly site: string | undefined;
}

/** True for a name or address of this computer. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
}

/**
 * The origin of a request that comes from a page of this server; undefined for any other.
 *
 * Every browser sends `Origin` with PUT (Fetch, "append a request Origin header"). Plain http counts on this computer only.
 */
export function ownOrigin({ host, origin, site }: Whence): string | undefined {
  if (host === undefined || host === '' || origin === undefined) return undefined;
  if (site !== undefined && site !== 'same-origin') return undefined;
  const own = host.toLowerCase();
  if (origin.toLowerCase() === `https://${own}`) return origin;
  return isLoopbackHost(own) && origin.toLowerCase() === `http://${own}` ? origin : undefined;
}
