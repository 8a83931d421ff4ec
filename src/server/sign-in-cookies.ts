import { isLoopbackHost } from '../authenticators/index.ts';

/** How a request reached us, as far as cookies go. */
export interface CookieScene {
  readonly host: string | undefined;
  /** This listener speaks TLS. */
  readonly hasTls: boolean;
}

/** Browsers refuse `__Host-` without TLS, so on this computer, without it, the name goes without. */
function isBare({ host = '', hasTls }: CookieScene): boolean {
  return !hasTls && isLoopbackHost(host);
}

/**
 * The name of the flow’s cookie. `group`: the path of the outermost authenticator, as other sign-ins may be under way beside it. Paths hold no "~",
 * so that two of them never have one name.
 */
export function flowCookieName(group: string, scene: CookieScene): string {
  return `${isBare(scene) ? '' : '__Host-'}portvakt${group.replaceAll('/', '~')}`;
}

/** The header that sets the flow’s cookie. It comes back from the app by a link, so it is Lax, not Strict. */
export function flowCookie(group: string, value: string, scene: CookieScene): string {
  const secure = isBare(scene) ? '' : '; Secure';
  return `${flowCookieName(group, scene)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** The header that hands the application its access token. */
export function tokenCookie(name: string, value: string, seconds: number, scene: CookieScene): string {
  const secure = isBare(scene) ? '' : '; Secure';
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** The value of a cookie; undefined when there is none, or several: one of them was planted. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const found = (header ?? '').split(';').flatMap((part) => {
    const at = part.indexOf('=');
    return part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}
