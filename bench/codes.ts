import { hash } from 'node:crypto';

/** Counters beyond the next one at which the server still finds a code (`lookAhead`, its default). */
const lookAhead = 20;

/** The seed of the bench's person number so-and-so: nothing secret, and the same in every run. */
export function seedOf(person: number): Buffer {
  return hash('sha1', `portvakt bench ${person}`, 'buffer');
}

/** The name of that person; equally long for all, so that every request has the same length. */
export function nameOf(person: number): string {
  return `person-${String(person).padStart(6, '0')}`;
}

/** The six digits of HOTP (RFC 4226 §5.3). Written anew here, so that the server is not checked with its own code. */
export function codeAt(seed: Buffer, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = hmacSha1(seed, message);
  const truncated = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(truncated % 1_000_000).padStart(6, '0');
}

/** Six digits that are wrong while `next` is the counter expected: at none of the places where the server looks. */
export function wrongCodeAt(seed: Buffer, next: number): string {
  const near = new Set<string>();
  for (let counter = Math.max(0, next - 1); counter <= next + lookAhead; counter += 1) near.add(codeAt(seed, counter));
  let guess = 0;
  while (near.has(String(guess).padStart(6, '0'))) guess += 1;
  return String(guess).padStart(6, '0');
}

/** RFC 2104, for keys of at most 64 bytes. `createHmac` takes ten times as long, and there are codes by the hundred thousand. */
function hmacSha1(key: Buffer, message: Buffer): Buffer {
  const pad = (byte: number) => Buffer.alloc(64, byte).map((padding, index) => padding ^ (key[index] ?? 0));
  const inner = hash('sha1', Buffer.concat([pad(0x36), message]), 'buffer');
  return hash('sha1', Buffer.concat([pad(0x5c), inner]), 'buffer');
}
