/**
 * Where the app goes back to after it was opened from a page: the page, by the browser it is shown in, on iOS; nowhere on other systems, where
 * the person goes back by hand. Vendor’s use case for web.
 */
export function wayBackTo(pageUrl: string, userAgent: string): string {
  if (!/iPhone|iPad|iPod/.test(userAgent)) return '';
  if (/CriOS\//.test(userAgent)) return pageUrl.replace(/^http/, 'googlechrome');
  if (/FxiOS\//.test(userAgent)) return `firefox://open-url?url=${encodeURIComponent(pageUrl)}`;
  return pageUrl;
}
