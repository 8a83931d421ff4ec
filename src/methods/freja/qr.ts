import { bytesToBase64 } from '../../core/base64.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { FrejaBackend } from './backend.ts';
import { dynamicReference, linkOf } from './link.ts';
import type { Memory } from './step-settings.ts';

/** What a request and an answer say of the QR code, for the description of operations. */
export const qrWords = {
  input: { qrImage: 'Asks for the QR code as a picture too: svg or png' },
  reply: {
    qrData: 'For INFERRED, while nobody has scanned it: text of the QR code',
    qrSvg: 'The QR code as an SVG document, when qrImage asks for it',
    qrPng: 'The QR code as a PNG file in Base64, when qrImage asks for it',
  },
} as const;

/** Ways of drawing that can be asked for. */
export type QrForm = 'svg' | 'png' | undefined;

/** The way of drawing that is asked for. @throws Problem 'property-invalid' for the property `qrImage` */
export function qrFormOf({ qrImage: given }: Readonly<Record<string, string | undefined>>): QrForm {
  if (given === undefined || given === 'svg' || given === 'png') return given;
  throw new Problem('property-invalid', 'must be svg or png', { property: 'qrImage' });
}

interface Shown {
  readonly memory: Memory;
  readonly openedAt: number;
  readonly server: Pick<FrejaBackend, 'mode' | 'links'>;
}

/**
 * The QR code as it is now; nothing where there is none: Freja brings the question to the phone of a person who is known, and whoever scans a
 * code becomes that person ("Authentication Services", starting the app).
 */
export async function qrOf(
  { memory, openedAt, server }: Shown,
  form: QrForm,
  { clock, vault, qrCodes }: Pick<Ports, 'clock' | 'vault' | 'qrCodes'>,
): Promise<Readonly<Record<string, string>>> {
  const { ref, asked, qrSecret } = memory;
  if (ref === undefined || asked.userInfoType !== 'INFERRED') return {};
  const seconds = Math.max(0, Math.floor((clock.now() - openedAt) / 1000));
  const shown = qrSecret === undefined ? ref : dynamicReference(ref, qrSecret, seconds, vault);
  const qrData = linkOf(shown, server);
  if (form === 'svg') return { qrData, qrSvg: await qrCodes.svg(qrData) };
  if (form === 'png') return { qrData, qrPng: bytesToBase64(await qrCodes.png(qrData)) };
  return { qrData };
}
