/**
 * The value of HOTP (RFC 4226 §5.3) for a counter; TOTP (RFC 6238 §4.2) is the same with the time step as counter.
 *
 * `hmac` is the keyed hash, SHA-1, SHA-256 or SHA-512. `counter` may go beyond 32 bits. Pad the result with zeros to `digits`.
 */
export function hotp(hmac: (message: Uint8Array) => Uint8Array, counter: number, digits: number): number {
  view.setUint32(0, Math.floor(counter / 2 ** 32));
  view.setUint32(4, counter >>> 0);
  const digest = hmac(message);
  const offset = at(digest, digest.length - 1) & 0xf;
  const high = ((at(digest, offset) & 0x7f) << 24) | (at(digest, offset + 1) << 16);
  return (high | (at(digest, offset + 2) << 8) | at(digest, offset + 3)) % 10 ** digits;
}

// One for all: a counter is written and hashed before anybody else can run.
const message = new Uint8Array(8);
const view = new DataView(message.buffer);

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

/** The code a person types: the value with its leading zeros. */
export function hotpCode(hmac: (message: Uint8Array) => Uint8Array, counter: number, digits: number): string {
  return String(hotp(hmac, counter, digits)).padStart(digits, '0');
}
