/**
 * Addresses that open BankID on this very device: `launchUrl` for phones, `schemeUrl` for computers.
 *
 * `redirect=null` lets the person find the way back alone; the order’s own `returnUrl` takes its place (BankID, launch guide).
 */
export function launchUrls(autoStartToken: string, returnUrl: string | undefined) {
  const query = `autostarttoken=${encodeURIComponent(autoStartToken)}`;
  const back = returnUrl === undefined ? '&redirect=null' : '';
  return {
    launchUrl: `https://app.bankid.com/?${query}${back}`,
    schemeUrl: `bankid:///?${query}&redirect=null`,
  };
}
