/** A text as a telephone network carries it. */
export interface CarriedText {
  /** `gsm`: one septet in each byte (3GPP TS 23.038 §6.2.1). `ucs2`: UTF-16BE. */
  readonly alphabet: 'gsm' | 'ucs2';
  /** In order; more than one when the text is too long for one message. */
  readonly parts: readonly Uint8Array[];
}

/** Position in this text = septet (3GPP TS 23.038 §6.2.1); 0x1B leads to the extension table. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Character → septet after 0x1B (3GPP TS 23.038 §6.2.1.1). */
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const toExtension = 0x1b;

const septets: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...[...basic].flatMap((character, code) => (code === toExtension ? [] : [[character, [code]] as const])),
  ...Object.entries(extension).map(([character, code]) => [character, [toExtension, code]] as const),
]);

/** Bytes in a message that stands alone, and in each of several: 3GPP TS 23.038 §4, 23.040 §9.2.3.24.1. */
const room = {
  gsm: { alone: 160, each: 153 },
  ucs2: { alone: 140, each: 134 },
} as const;

/** True when the whole text is in the GSM alphabet with its extension table. */
export function isGsmText(text: string): boolean {
  return [...text].every((character) => septets.has(character));
}

/** The text in the narrower of the two alphabets that holds it, split so that no character is cut in two. */
export function carryText(text: string): CarriedText {
  const alphabet = isGsmText(text) ? 'gsm' : 'ucs2';
  const characters = [...text].map((character) => septets.get(character) ?? []);
  const pieces = alphabet === 'gsm' ? characters : [...text].map(toUtf16);
  return { alphabet, parts: split(pieces, room[alphabet]) };
}

function toUtf16(character: string): readonly number[] {
  return [...Buffer.from(character, 'utf16le').swap16()];
}

function split(pieces: readonly (readonly number[])[], { alone, each }: { alone: number; each: number }): Uint8Array[] {
  const whole = pieces.flat();
  if (whole.length <= alone) return [Uint8Array.from(whole)];
  const parts: number[][] = [[]];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + piece.length <= each) last.push(...piece);
    else parts.push([...piece]);
  }
  return parts.map((part) => Uint8Array.from(part));
}
