import { type QRCodeSegment, toBuffer, toString as toText } from 'qrcode';
import type { QrCodes } from '../core/ports.ts';

/** Level L and byte mode are what the eID apps expect of what they scan; two light modules around it are enough on a screen. */
const form = { errorCorrectionLevel: 'L', margin: 2 } as const;

/** Pixels across a PNG. */
const pngWidth = 300;

/**
 * Draws QR codes (ISO/IEC 18004) with `qrcode`: the text as UTF-8 bytes, black on white.
 *
 * Texts of up to 2953 bytes; a longer one is refused with an Error.
 */
export const qrCodes: QrCodes = {
  svg: (text) => toText(segmentsOf(text), { ...form, type: 'svg' }),
  png: (text) => toBuffer(segmentsOf(text), { ...form, type: 'png', width: pngWidth }),
};

function segmentsOf(text: string): QRCodeSegment[] {
  return [{ mode: 'byte', data: new TextEncoder().encode(text) }];
}
