import { execFileSync } from 'node:child_process';
import { HOTP, Secret, TOTP } from 'otpauth';

/** The seeds of RFC 6238 appendix B, one per hash function; that of SHA1 is the one of RFC 4226 appendix D too. Base32. */
export const rfcSeeds = {
  SHA1: Secret.fromUTF8('1234567890'.repeat(2)).base32,
  SHA256: Secret.fromUTF8(`${'1234567890'.repeat(3)}12`).base32,
  SHA512: Secret.fromUTF8(`${'1234567890'.repeat(6)}1234`).base32,
} as const;

/** What a token is made with, as the configuration says it. */
interface Form {
  readonly secret: string;
  readonly algorithm?: 'SHA1' | 'SHA256' | 'SHA512';
  readonly digits?: number;
  readonly periodSeconds?: number;
}

/** The code of a counter, by a library that is not ours. */
export function hotpOf({ secret, algorithm = 'SHA1', digits = 6 }: Form, counter: number): string {
  return HOTP.generate({ secret: Secret.fromBase32(secret), algorithm, digits, counter });
}

/** The code at an instant in milliseconds, by a library that is not ours. */
export function totpOf(
  { secret, algorithm = 'SHA1', digits = 6, periodSeconds = 30 }: Form,
  timestamp: number,
): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), algorithm, digits, period: periodSeconds, timestamp });
}

/** The code at an instant in milliseconds, by oathtool of the OATH Toolkit. */
export function oathtoolTotp({ secret, algorithm = 'SHA1', digits = 6, periodSeconds = 30 }: Form, at: number): string {
  const when = `@${Math.floor(at / 1000)}`;
  return oathtool(`--totp=${algorithm}`, '-d', `${digits}`, '-s', `${periodSeconds}s`, '-N', when, '-b', secret);
}

/** The code of a counter, by oathtool of the OATH Toolkit. */
export function oathtoolHotp({ secret, digits = 6 }: Form, counter: number): string {
  return oathtool('--hotp', '-d', `${digits}`, '-c', `${counter}`, '-b', secret);
}

function oathtool(...words: readonly string[]): string {
  return execFileSync('oathtool', words, { encoding: 'utf8' }).trim();
}
