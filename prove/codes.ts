import { createHmac } from 'node:crypto';

/** HOTP (RFC 4226 §5.3), SHA-1. Written anew here, so that the server is not checked with its own code. */
export function codeAt(secret: Buffer, counter: number, digits: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', secret).update(message).digest();
  const truncated = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** The time step of TOTP (RFC 6238 §4.2) at an instant in milliseconds since 1970. */
export function stepAt(at: number, periodSeconds: number): number {
  return Math.floor(at / 1000 / periodSeconds);
}
