import { createHmac } from 'node:crypto';
import type { Order } from './orders.ts';

/** How far a code may be from our clock, in seconds; not documented, our choice. */
const toleranceSeconds = 5;

/**
 * Whether a phone that scans this text would find the authentication: the link with its reference, and where it changes every second, with the code
 * of about now ("Dynamic QR code", beta).
 *
 * @throws Error with a sentence for the page
 */
export function checkScanned(text: string, { ref, qrSecret, startedAt }: Order, at: number): void {
  const shown = new URL(text).searchParams.get('transactionReference') ?? '';
  if (qrSecret === undefined) {
    if (shown !== ref) throw new Error('the code is of another authentication');
    return;
  }
  const [reference, seconds = '', mac] = shown.split('.');
  const right = createHmac('sha256', qrSecret)
    .update(seconds)
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  if (reference !== ref || mac !== right) throw new Error('the code is not right');
  const age = (at - startedAt) / 1000 - Number(seconds);
  if (Math.abs(age) > toleranceSeconds) throw new Error('the code is old');
}
