import { bytesToBase64 } from '../../core/base64.ts';
import type { QrCodes, Vault } from '../../core/ports.ts';

/** What the animated QR code of an order is made of. The secret must never leave the server. */
export interface QrParts {
  readonly token: string;
  readonly secret: string;
  /** When BankID’s answer to the start came, milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * What the QR code shows at this time: `bankid.<token>.<seconds>.<code>`, another one each second.
 *
 * The code is HMAC-SHA-256 over the seconds since the start was answered, as decimal text, keyed with the text of the secret, in hex
 * (BankID, QR code guide).
 */
export function qrDataAt({ token, secret, receivedAt }: QrParts, at: number, vault: Pick<Vault, 'hmac'>): string {
  const seconds = String(Math.max(Math.floor((at - receivedAt) / 1000), 0));
  const encoder = new TextEncoder();
  const code = vault.hmac('SHA256', encoder.encode(secret))(encoder.encode(seconds));
  return `bankid.${token}.${seconds}.${Array.from(code, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The QR code as a picture, when the request asks for one: an SVG document, or a PNG in Base64. */
export async function drawQr(
  text: string,
  form: string | undefined,
  qrCodes: QrCodes,
): Promise<Readonly<Record<string, string>>> {
  if (form === 'svg') return { qrSvg: await qrCodes.svg(text) };
  if (form === 'png') return { qrPng: bytesToBase64(await qrCodes.png(text)) };
  return {};
}
