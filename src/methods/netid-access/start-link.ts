import { Problem } from '../../core/problem.ts';
import { isXmlText } from './soap.ts';

/** Schemes that run or show what comes with them: nothing the app should open. */
const unfit = /^(javascript|data|vbscript|file|blob|about):/i;

/**
 * Where the app goes back to, as it is sent; `null` for nowhere: the person goes back by hand. Vendor's use case for apps.
 *
 * @throws Problem 'property-invalid' for the property `redirect`
 */
export function wayBack(given: string | undefined): string {
  if (given === undefined || given === '') return 'null';
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(given) && !unfit.test(given);
  if (!isAddress || given.length > 2000 || !isXmlText(given) || /[\p{Cc}\s]/u.test(given)) {
    throw new Problem('property-invalid', 'must be an address with its scheme, of at most 2000 characters', {
      property: 'redirect',
    });
  }
  return given;
}

/** The link that opens the app on this device, for the order with this reference. Vendor's use case for apps. */
export function startLink(scheme: string, ref: string, back: string): string {
  return `${scheme}?autostarttoken=${encodeURIComponent(ref)}&redirect=${encodeURIComponent(back)}`;
}
