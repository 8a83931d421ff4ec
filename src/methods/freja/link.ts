import { toBase64Url } from '../../core/base64.ts';
import type { FrejaSettings } from '../../core/freja-settings.ts';
import type { Vault } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';

/** What opens the app ("Authentication Services", starting the app); the address on the web is of public clients. */
const links = {
  app: { test: 'frejaeid://bindUserToTransaction?', production: 'frejaeid://bindUserToTransaction?' },
  web: {
    test: 'https://app.test.frejaeid.com/freja?action=bindUserToTransaction&',
    production: 'https://app.prod.frejaeid.com/freja?action=bindUserToTransaction&',
  },
} as const;

/** Schemes that run or show what comes with them: nothing the app should open. */
const unfit = /^(javascript|data|vbscript|file|blob|about):/i;

/**
 * The link that opens the app for an authentication; as a QR code it is the same text.
 *
 * `reference`: Freja's own. `back`: where the app goes afterwards.
 */
export function linkOf(
  reference: string,
  { mode, links: form }: Pick<FrejaSettings, 'mode' | 'links'>,
  back = '',
): string {
  const origin = back === '' ? '' : `&originAppScheme=${encodeURIComponent(back)}`;
  return `${links[form][mode]}transactionReference=${encodeURIComponent(reference)}${origin}`;
}

/**
 * The reference as it stands in a code that changes every second ("Dynamic QR code", beta): reference, seconds since the start, HMAC-SHA-256 of these
 * in decimal. That the key is the secret's UTF-8 bytes, and that padding stays, is inferred.
 */
export function dynamicReference(
  reference: string,
  secret: string,
  seconds: number,
  { hmac }: Pick<Vault, 'hmac'>,
): string {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const mac = hmac('SHA256', bytes(secret))(bytes(String(seconds)));
  return `${reference}.${seconds}.${toBase64Url(mac)}`;
}

/**
 * Where the app goes back to, as it was asked for; empty for nowhere.
 *
 * @throws Problem 'property-invalid' for the property `returnUrl`
 */
export function wayBack(given = ''): string {
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(given) && !unfit.test(given) && !/[\p{Cc}\s]/u.test(given);
  if (given !== '' && (!isAddress || given.length > 2000)) {
    throw new Problem('property-invalid', 'must be an address with its scheme, of at most 2000 characters', {
      property: 'returnUrl',
    });
  }
  return given;
}
